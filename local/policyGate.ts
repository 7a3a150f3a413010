/**
 * `npm run policy`: previews both stacks with the policy pack on the local providers, in a local cloud of its own.
 * Exit code 1 when a stack violates a mandatory rule, or cannot be previewed.
 */
import { rmSync } from "node:fs";
import { prepareBackend } from "./environment";
import { localPaths, readToolchain } from "./paths";
import { writeProject } from "./project";
import { pulumi, selectStack } from "./pulumi";

const stacks = ["dev", "prod"];

async function main(): Promise<number> {
  const paths = localPaths("policy-gate");
  const toolchain = readToolchain();
  rmSync(paths.root, { recursive: true, force: true });
  prepareBackend(paths);
  writeProject(paths);
  const failed: string[] = [];
  for (const stack of stacks) {
    console.log(`\n=== ${stack}`);
    await selectStack(paths, toolchain, stack);
    const args = ["preview", "--stack", stack, "--policy-pack", "policy"];
    const { code } = await pulumi(paths, toolchain, args, { echo: true });
    if (code !== 0) failed.push(stack);
  }
  rmSync(paths.root, { recursive: true, force: true });
  if (failed.length > 0) console.error(`\nthe policy gate refuses: ${failed.join(", ")}`);
  return failed.length > 0 ? 1 : 0;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
