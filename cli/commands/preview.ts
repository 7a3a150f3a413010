import { CliCommand } from "../commandLine/cliCommand";
import { contextOption, jsonOption, stackArgument, targetOption } from "../commandLine/options";

export const previewCommand = () =>
  new CliCommand("preview")
    .description("Shows what a deployment would change.")
    .addArgument(stackArgument())
    .addOption(targetOption())
    .addOption(contextOption())
    .addOption(jsonOption())
    .examples("npm run preview:dev", "npm run preview:prod -- --context mediamtx.cpu=2048")
    .action(async (stack, options) => {
      const { runDeployment }: typeof import("../deployment/run") = require("../deployment/run");
      process.exitCode = await runDeployment({ command: "preview", stack, ...options });
    });
