/**
 * `npm run smoke -- --stack prod`: whether a deployed stack does what it is for. Publishes and plays a test stream on every
 * open port. Exit code 0 without a fault, 1 with one, 2 for a command that cannot be understood.
 */
import { outputs } from "../automation/deployment";
import { smoke } from "../automation/smoke/smoke";
import { parseCheckOptions } from "./checkOptions";
import { CheckReport } from "./checkReport";
import { runCheck } from "./runCheck";
import { readCredentials } from "./smokeCredentials";
import { stackToCheck } from "./stackToCheck";
import { openTarget } from "./targets";

const usage =
  "npm run smoke -- --stack <stack> [--target aws|local] [--credentials <file>|-] [--short] [--json]";

runCheck(async (args, write, signal) => {
  const options = parseCheckOptions(args, usage, {
    credentials: { type: "string" },
    short: { type: "boolean" },
  });
  const { stack, json, help, more } = options;
  if (help) {
    write(`${usage}\n`);
    return 0;
  }
  const file = typeof more.credentials === "string" ? more.credentials : undefined;
  const credentials = more.short === true ? undefined : readCredentials(file);
  const report = new CheckReport(write, json);
  const { workspace, health, local } = openTarget(options.target);
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
});
