import { CliCommand } from "../commandLine/cliCommand";
import { jsonOption, stackArgument, targetOption, yesOption } from "../commandLine/options";

export const destroyCommand = () =>
  new CliCommand("destroy")
    .description("Shows what is there, asks, and deletes it.")
    .addArgument(stackArgument())
    .addOption(targetOption())
    .addOption(yesOption())
    .addOption(jsonOption())
    .examples("npm run destroy:dev", "npm run destroy:dev -- --target local --yes")
    .action(async (stack, options) => {
      const { runDeployment }: typeof import("../deployment/run") = require("../deployment/run");
      process.exitCode = await runDeployment({ command: "destroy", stack, ...options });
    });
