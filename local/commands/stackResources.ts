import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { promisify } from "node:util";
import {
  deployedResources,
  plannedResources,
  type StackResources,
} from "../../automation/stackResources";
import { checkout, type LocalPaths, readToolchain, type Toolchain } from "../cloud/paths";
import { exportDeployment, pulumiOrThrow, selectStack } from "../cloud/pulumiCli";
import { withTemporaryCloud } from "../cloud/temporaryCloud";

/** Resources by name of the stack. */
export type Stacks = ReadonlyMap<string, StackResources>;

type Read = (paths: LocalPaths, toolchain: Toolchain, stack: string) => Promise<StackResources>;

/** What the engine would deploy, from previews on the local providers. */
export const previewed = (stacks: readonly string[]): Promise<Stacks> =>
  inTemporaryCloud(stacks, async (paths, toolchain, stack) => {
    const plan = await pulumiOrThrow(paths, toolchain, ["preview", "--json", "--stack", stack]);
    return plannedResources(JSON.parse(plan));
  });

/** The stacks as the engine deploys them on the local providers: nothing is left open as in a preview. */
export const deployedLocally = (stacks: readonly string[]): Promise<Stacks> =>
  inTemporaryCloud(stacks, async (paths, toolchain, stack) => {
    await pulumiOrThrow(paths, toolchain, ["up", "--yes", "--skip-preview", "--stack", stack]);
    return deployedResources(await exportDeployment(paths, toolchain, stack));
  });

/**
 * Stacks as they are deployed, from the state that plain `pulumi` commands see here: in the user's own backend, or in
 * the local cloud after `local:env`. Secrets stay encrypted.
 */
export async function deployed(stacks: readonly string[]): Promise<Stacks> {
  const PATH = `${process.env.PATH}${delimiter}${readToolchain().pulumi}`;
  const found = new Map<string, StackResources>();
  for (const stack of stacks) {
    const { stdout } = await promisify(execFile)(
      "pulumi",
      ["--non-interactive", "stack", "export", "--stack", stack],
      { cwd: checkout, env: { ...process.env, PATH }, maxBuffer: 2 ** 28 },
    );
    found.set(stack, deployedResources(JSON.parse(stdout)));
  }
  return found;
}

const inTemporaryCloud = (stacks: readonly string[], read: Read): Promise<Stacks> =>
  withTemporaryCloud(async (paths, toolchain) => {
    const found = new Map<string, StackResources>();
    for (const stack of stacks) {
      await selectStack(paths, toolchain, stack);
      found.set(stack, await read(paths, toolchain, stack));
    }
    return found;
  });
