import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { prepareBackend } from "../cloud/environment";
import { localPaths, readToolchain } from "../cloud/paths";
import { writeProject } from "../cloud/project";
import { pulumi, selectStack } from "../cloud/pulumiCli";
import { policyEventsIn } from "./policy/policyEvents";
import { policySummary, type StackResult } from "./policy/policySummary";

const stacks = ["dev", "prod"];

/**
 * Previews both stacks with the policy pack on the local providers, in a local cloud of its own. Answers exit code 1 when a
 * stack violates a mandatory rule, or cannot be previewed. Where GitHub names a file for it (GITHUB_STEP_SUMMARY), a
 * summary for the reviewer of a pull request is added to that.
 */
export async function runPolicyGate(): Promise<number> {
  const paths = localPaths("policy-gate");
  const toolchain = readToolchain();
  rmSync(paths.root, { recursive: true, force: true });
  prepareBackend(paths);
  writeProject(paths);
  const results: StackResult[] = [];
  for (const stack of stacks) {
    console.log(`\n=== ${stack}`);
    await selectStack(paths, toolchain, stack);
    const log = join(paths.root, `${stack}-events.json`);
    const args = ["preview", "--stack", stack, "--policy-pack", "policy", "--event-log", log];
    // The flag for the log is one of the commands for debugging.
    const env = { PULUMI_DEBUG_COMMANDS: "true" };
    const { code } = await pulumi(paths, toolchain, args, { echo: true, env });
    results.push({ stack, code, events: policyEventsIn(log) });
  }
  rmSync(paths.root, { recursive: true, force: true });
  const summary = process.env.GITHUB_STEP_SUMMARY;
  if (summary) appendFileSync(summary, `${policySummary(results)}\n`);
  const failed = results.filter(({ code }) => code !== 0).map(({ stack }) => stack);
  if (failed.length > 0) console.error(`\nthe policy gate refuses: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}
