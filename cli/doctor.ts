/**
 * `npm run doctor -- --stack prod`: whether a stack can be deployed, before it is. Reads only. Exit code 0 without a fault,
 * 1 with one, 2 for a command that cannot be understood.
 */
import { doctor } from "../automation/doctor/doctor";
import { openAccount } from "../local/cloud/account";
import { localPaths } from "../local/cloud/paths";
import { parseCheckOptions } from "./checkOptions";
import { CheckReport } from "./checkReport";
import { runCheck } from "./runCheck";
import { stackToCheck } from "./stackToCheck";
import { openTarget } from "./targets";

const usage = "npm run doctor -- --stack <stack> [--target aws|local] [--json]";

runCheck(async (args, write, signal) => {
  const { stack, target, json, help } = parseCheckOptions(args, usage);
  if (help) {
    write(`${usage}\n`);
    return 0;
  }
  const report = new CheckReport(write, json);
  const { workspace } = openTarget(target);
  const checked = stackToCheck(workspace, stack);
  if ("faults" in checked) {
    report.add(checked.faults);
    report.note("The other checks need a configuration without faults.");
    return report.end();
  }
  const account = target.kind === "local" ? await openAccount(localPaths(target.cloud)) : undefined;
  try {
    await doctor({
      ...checked,
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
});
