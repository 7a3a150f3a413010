import type { Workspace } from "../../automation/workspace";
import { localEnvironment, prepareBackend } from "./environment";
import type { LocalPaths, Toolchain } from "./paths";
import { writeProject } from "./project";

/** Where deployments of the local cloud work. Its backend is made on first use. */
export function localWorkspace(paths: LocalPaths, toolchain: Toolchain): Workspace {
  prepareBackend(paths);
  writeProject(paths);
  const env = localEnvironment(paths, toolchain);
  return { folder: paths.project, env: { ...env, PULUMI_CONFIG_PASSPHRASE: undefined } };
}
