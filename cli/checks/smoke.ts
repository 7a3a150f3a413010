import { outputs } from "../../automation/deployment";
import { smoke } from "../../automation/smoke/smoke";
import type { TargetName } from "../commandLine/options";
import { interruption } from "../interruption";
import { openTarget } from "../targets";
import { CheckReport } from "./checkReport";
import { readCredentials } from "./smokeCredentials";
import { stackToCheck } from "./stackToCheck";

export interface SmokeOptions {
  readonly stack: string;
  readonly target: TargetName;
  /** File, or "-" for standard input. */
  readonly credentials?: string;
  readonly short?: boolean;
  readonly json?: boolean;
}

/** Prints whether a deployed stack does what it is for. Answers the exit code: 0 without a fault, else 1. */
export async function runSmoke(options: SmokeOptions): Promise<number> {
  const { stack, target, short, json = false } = options;
  const { signal } = interruption();
  const credentials = short ? undefined : readCredentials(options.credentials);
  const report = new CheckReport(json);
  const { workspace, health, local } = openTarget(target);
  const checked = stackToCheck(workspace, stack);
  if ("faults" in checked) {
    report.add(checked.faults);
    return report.end();
  }
  if (health === false) {
    report.add([
      { level: "fault", subject: "local cloud", message: "does not run", remedy: "npm start" },
    ]);
    return report.end();
  }
  const deployed = await outputs({ stack, workspace });
  await smoke({
    settings: checked.settings,
    outputs: deployed,
    access: health.client ?? {},
    local,
    credentials,
    onFindings: report.add,
    signal,
  });
  if (!credentials) report.note("No stream was published: this was the short form.");
  return report.end();
}
