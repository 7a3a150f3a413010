/**
 * `npm run deployer:policy -- --stack prod --account 111122223333`: writes what the deployer of a stack must be allowed,
 * and the boundary of the roles that it makes, as managed policies of IAM. Needs no credentials. Exit code 0, 1 for faults of the configuration, 2 for a command that cannot be
 * understood.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../automation/errors";
import { unboundedNotice } from "../automation/permissions/boundary";
import { documentedPolicies, policyFiles } from "../automation/permissions/documented";
import { partitionOf } from "../automation/permissions/partition";

import { checkout } from "../local/cloud/paths";

import { CheckReport } from "./checkReport";
import { runCheck } from "./runCheck";
import { stackToCheck } from "./stackToCheck";

const usage =
  "npm run deployer:policy -- --stack <stack> --account <12 digits> [--out <folder>], or --docs for those in docs/";

runCheck(async (args, write) => {
  const { stack, account, out, docs, help } = parse(args);
  if (help) {
    write(`${usage}\n`);
    return 0;
  }
  const save = (folder: string, files: ReadonlyMap<string, string>): number => {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) {
      writeFileSync(join(folder, name), text);
      write(`${relative(process.cwd(), join(folder, name))}\n`);
    }
    return 0;
  };
  if (docs) return save(join(checkout, "docs/deployer-policy"), documentedPolicies());
  const checked = stackToCheck({ folder: checkout, env: {} }, stack);
  if ("faults" in checked) {
    const report = new CheckReport(write, false);
    report.add(checked.faults);
    return report.end();
  }
  const { settings, region } = checked;
  const place = { account, region, partition: partitionOf(region) };
  const code = save(out, policyFiles(stack, settings, place));
  if (settings.permissionsBoundaryArn === undefined) write(unboundedNotice(stack, settings, place));
  return code;
});

function parse(args: readonly string[]) {
  const options = {
    stack: { type: "string", default: "" },
    account: { type: "string", default: "" },
    out: { type: "string", default: "." },
    docs: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  } as const;
  try {
    const { values } = parseArgs({ args: [...args], options });
    const isComplete = values.stack !== "" && /^\d{12}$/.test(values.account);
    if (isComplete || values.docs || values.help) return values;
  } catch {
    // The usage says it.
  }
  throw new UsageError(`usage: ${usage}`);
}
