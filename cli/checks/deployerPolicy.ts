import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { unboundedNotice } from "../../automation/permissions/boundary";
import { documentedPolicies, policyFiles } from "../../automation/permissions/documented";
import { partitionOf } from "../../automation/permissions/partition";
import { checkout } from "../../local/cloud/paths";
import { CheckReport } from "./checkReport";
import { stackToCheck } from "./stackToCheck";

export interface DeployerPolicyOptions {
  /** With an account, or `docs`. */
  readonly stack?: string;
  /** 12 digits. */
  readonly account?: string;
  readonly out: string;
  readonly docs?: boolean;
}

/** Writes policies, and the boundary of the roles that the deployer makes, and prints their paths. Answers the exit code: 1 when the stack's configuration has faults. */
export function writeDeployerPolicy(options: DeployerPolicyOptions): number {
  const { stack = "", account = "", out, docs } = options;
  if (docs) return save(join(checkout, "docs/deployer-policy"), documentedPolicies());
  const checked = stackToCheck({ folder: checkout, env: {} }, stack, account);
  if ("faults" in checked) {
    const report = new CheckReport(false);
    report.add(checked.faults);
    return report.end();
  }
  const { settings, region } = checked;
  const place = { account, region, partition: partitionOf(region) };
  const exitCode = save(out, policyFiles(stack, settings, place));
  if (settings.permissionsBoundaryArn === undefined) {
    process.stdout.write(unboundedNotice(stack, settings, place));
  }
  return exitCode;
}

function save(folder: string, files: ReadonlyMap<string, string>): number {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) {
    writeFileSync(join(folder, name), text);
    console.log(relative(process.cwd(), join(folder, name)));
  }
  return 0;
}
