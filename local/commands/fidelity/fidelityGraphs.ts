import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { exportDeployment, pulumiOrThrow, selectStack } from "../../cloud/pulumiCli";
import { withTemporaryCloud } from "../../cloud/temporaryCloud";
import { fidelityStacks } from "./fidelityStacks";

/**
 * What `pulumi stack export --show-secrets` prints of each stack, by its name, deployed on the local providers: nothing
 * is left open as in a preview. The secrets are those of a local cloud that is gone by then.
 */
export const fidelityGraphs = (): Promise<Record<string, unknown>> =>
  withTemporaryCloud(async (paths, toolchain) => {
    const others = fidelityStacks();
    for (const [stack, config] of Object.entries(others)) {
      writeFileSync(join(paths.project, `Pulumi.${stack}.yaml`), stringify({ config }));
    }
    const graphs: Record<string, unknown> = {};
    for (const stack of ["dev", "prod", ...Object.keys(others)]) {
      await selectStack(paths, toolchain, stack);
      await pulumiOrThrow(paths, toolchain, ["up", "--yes", "--skip-preview", "--stack", stack]);
      graphs[stack] = await exportDeployment(paths, toolchain, stack);
    }
    return graphs;
  });
