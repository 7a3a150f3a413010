import { CliCommand } from "../commandLine/cliCommand";

export const localEnvCommand = () =>
  new CliCommand("local-env")
    .description(
      "Prints the environment in which plain pulumi and aws commands use the local cloud.",
    )
    .examples('eval "$(npm run --silent local:env)"')
    .action(() => {
      const { printEnvironment }: typeof import("../../local/commands/printEnvironment") =
        require("../../local/commands/printEnvironment");
      printEnvironment();
    });
