import { ConfigurationError } from "../../automation/errors";
import { parseSettings, readStackSettings, withValues } from "../../automation/stackFile";
import type { Workspace } from "../../automation/workspace";
import type { Settings } from "../../config";
import { rawConfig } from "../../config/args";
import { keys } from "../../config/keys";
import type { MediaInfraArgs } from "../../config/mediaInfraArgs";
import { parseContext } from "./context";
import type { DeploymentOptions } from "./options";

export interface Configuration {
  /** Values of `--context`. */
  readonly args: Partial<MediaInfraArgs>;
  readonly environment: string;
  readonly region: string | undefined;
  /** undefined where Pulumi ESC holds a part of it, and for commands that do not deploy. */
  readonly settings: Settings | undefined;
}

/**
 * What a command's stack is configured to be. Throws a ConfigurationError that names all faults of the command line and,
 * beside them, of the stack file.
 */
export function configurationOf(
  { folder }: Workspace,
  { command, stack, context = [] }: DeploymentOptions,
): Configuration {
  const { args, faults } = parseContext(context);
  const settings = withValues(readStackSettings(folder, stack), rawConfig(args), undefined);
  let parsed: Settings | undefined;
  if (command === "deploy" || command === "preview") {
    const others = stackFaults(() => {
      if (settings.environment === undefined) parsed = parseSettings(settings, stack);
    });
    const all = [
      ...faults,
      ...others.filter(({ key }) => !faults.some((fault) => fault.key === key)),
    ];
    if (all.length > 0) throw new ConfigurationError(stack, all);
  }
  const { config = {} } = settings;
  const environment = config["tak-media-infra:environment"] ?? keys.environment.default;
  const region = config["aws:region"];
  return {
    args,
    environment: String(environment),
    region: region === undefined ? process.env.AWS_REGION : String(region),
    settings: parsed,
  };
}

function stackFaults(check: () => void): ConfigurationError["faults"] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}
