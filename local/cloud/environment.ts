import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter } from "node:path";
import { type LocalPaths, type Toolchain, toolchainPath } from "./paths";

/** Variables besides PATH with which `pulumi` commands act on the local cloud. */
export function localVariables(paths: LocalPaths): Record<string, string> {
  return {
    // Without the files of attributes, which are not replaced at once: a command beside an update would read half of one.
    PULUMI_BACKEND_URL: `file://${paths.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    PULUMI_OPTION_CWD: paths.project,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** The caller's environment turned into one in which plain `pulumi` commands act on the local cloud. */
export function localEnvironment(paths: LocalPaths, toolchain: Toolchain): NodeJS.ProcessEnv {
  const { PULUMI_CONFIG_PASSPHRASE: _, ...env } = process.env;
  return {
    ...env,
    ...localVariables(paths),
    PATH: `${toolchainPath(toolchain)}${delimiter}${process.env.PATH}`,
  };
}

/** Makes the backend's folder and the passphrase on first use. */
export function prepareBackend(paths: LocalPaths): void {
  mkdirSync(paths.state, { recursive: true });
  if (!existsSync(paths.passphrase)) {
    writeFileSync(paths.passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
  }
}
