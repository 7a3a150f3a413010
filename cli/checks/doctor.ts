import { doctor } from "../../automation/doctor/doctor";
import { openAccount } from "../../local/cloud/account";
import { localPaths } from "../../local/cloud/paths";
import type { TargetName } from "../commandLine/options";
import { interruption } from "../interruption";
import { openTarget } from "../targets";
import { CheckReport } from "./checkReport";
import { stackToCheck } from "./stackToCheck";

export interface DoctorOptions {
  readonly stack: string;
  readonly target: TargetName;
  readonly json?: boolean;
}

/** Prints what keeps a stack from being deployed. Answers the exit code: 0 without a fault, else 1. */
export async function runDoctor({ stack, target, json = false }: DoctorOptions): Promise<number> {
  const { signal } = interruption();
  const report = new CheckReport(json);
  const { workspace } = openTarget(target);
  const checked = stackToCheck(workspace, stack);
  if ("faults" in checked) report.add(checked.faults);
  const options = "faults" in checked ? checked.despite : checked;
  if (options === undefined) return report.end();
  const account = target.kind === "local" ? await openAccount(localPaths(target.cloud)) : undefined;
  try {
    await doctor({
      ...options,
      stack,
      workspace,
      target: target.kind,
      access: account?.access ?? {},
      onFindings: report.add,
      signal,
    });
    return report.end();
  } finally {
    await account?.close();
  }
}
