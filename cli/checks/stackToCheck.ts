import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Finding, fault } from "../../automation/checks/finding";
import type { DoctorOptions } from "../../automation/doctor/doctor";
import { ConfigurationError, UsageError } from "../../automation/errors";
import { partitionOf } from "../../automation/permissions/partition";
import { parseSettings, readStackSettings } from "../../automation/stackFile";
import type { Workspace } from "../../automation/workspace";
import type { Settings } from "../../config";
import { shown } from "../../config/fault";
import { regionPattern } from "../../config/formats/arns";

/** What a stack is configured to be, or the faults of its configuration. */
export type StackToCheck =
  | { readonly settings: Settings; readonly region: string }
  | {
      readonly faults: readonly Finding[];
      /** What can be looked at nevertheless. */
      readonly despite: Pick<DoctorOptions, "settings" | "region" | "faultyKeys"> | undefined;
    };

/**
 * Throws a UsageError when there is no such stack file.
 *
 * @param accountId account that it is deployed to; ARNs of another one, or of another partition, are faults then.
 */
export function stackToCheck(
  { folder }: Workspace,
  stack: string,
  accountId?: string,
): StackToCheck {
  if (!existsSync(join(folder, `Pulumi.${stack}.yaml`))) {
    throw new UsageError(
      `there is no Pulumi.${stack}.yaml; make one with \`pulumi stack init ${stack}\` and \`pulumi config set\``,
    );
  }
  const file = readStackSettings(folder, stack);
  const configured = file.config?.["aws:region"] ?? process.env.AWS_REGION;
  const region = String(configured ?? process.env.AWS_DEFAULT_REGION ?? "");
  const faults = regionFaults(region);
  const place = accountId === undefined ? {} : { accountId, partition: partitionOf(region) };
  const despite = (settings: Settings | undefined, keys: readonly string[]) =>
    settings && { settings, region, faultyKeys: new Set(keys) };
  try {
    const settings = parseSettings(file, stack, faults.length > 0 ? {} : { region, ...place });
    if (faults.length === 0) return { settings, region };
    return { faults, despite: despite(settings, ["aws:region"]) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const found = error.faults.map(({ key, problem, allowed, remedy }) =>
      fault(key, `${problem}; ${allowed}`, remedy),
    );
    const all = [...faults, ...found];
    return {
      faults: all,
      despite: despite(
        error.settings,
        all.map(({ subject }) => subject),
      ),
    };
  }
}

function regionFaults(region: string): Finding[] {
  if (new RegExp(`^${regionPattern}$`).test(region)) return [];
  const problem =
    region === ""
      ? "is not set"
      : `is ${shown(region)}; allowed: the name of an AWS region, such as ap-southeast-2`;
  return [fault("aws:region", problem, "pulumi config set aws:region <region>")];
}
