import { CliCommand } from "../commandLine/cliCommand";
import { jsonOption, stackArgument, targetOption } from "../commandLine/options";

export const outputsCommand = () =>
  new CliCommand("outputs")
    .description("Prints the outputs of a deployed stack.")
    .addArgument(stackArgument())
    .addOption(targetOption())
    .addOption(jsonOption())
    .examples("npm run outputs:dev", "npm run --silent outputs:prod -- --json")
    .action(async (stack, options) => {
      const { runDeployment }: typeof import("../deployment/run") = require("../deployment/run");
      process.exitCode = await runDeployment({ command: "outputs", stack, ...options });
    });
