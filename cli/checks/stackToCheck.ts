import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Finding, fault } from "../../automation/checks/finding";
import type { DoctorOptions } from "../../automation/doctor/doctor";
import { ConfigurationError, UsageError } from "../../automation/errors";
import { parseSettings, readStackSettings } from "../../automation/stackFile";
import type { Workspace } from "../../automation/workspace";
import type { Settings } from "../../config";

/** What a stack is configured to be, or the faults of its configuration. */
export type StackToCheck =
  | { readonly settings: Settings; readonly region: string }
  | {
      readonly faults: readonly Finding[];
      /** What can be looked at nevertheless. */
      readonly despite: Pick<DoctorOptions, "settings" | "region" | "faultyKeys"> | undefined;
    };

/** Throws a UsageError when there is no such stack file. */
export function stackToCheck({ folder }: Workspace, stack: string): StackToCheck {
  if (!existsSync(join(folder, `Pulumi.${stack}.yaml`))) {
    throw new UsageError(
      `there is no Pulumi.${stack}.yaml; make one with \`pulumi stack init ${stack}\` and \`pulumi config set\``,
    );
  }
  const file = readStackSettings(folder, stack);
  const configured = file.config?.["aws:region"] ?? process.env.AWS_REGION;
  const region = String(configured ?? process.env.AWS_DEFAULT_REGION ?? "");
  const faults = region === "" ? [noRegion] : [];
  const despite = (settings: Settings | undefined, keys: readonly string[]) =>
    settings && { settings, region, faultyKeys: new Set(keys) };
  try {
    const settings = parseSettings(file, stack);
    if (region !== "") return { settings, region };
    return { faults, despite: despite(settings, [noRegion.subject]) };
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

const noRegion = fault("aws:region", "is not set", "pulumi config set aws:region <region>");
