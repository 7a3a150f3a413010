import { CliCommand } from "../commandLine/cliCommand";
import {
  contextOption,
  jsonOption,
  stackArgument,
  targetOption,
  yesOption,
} from "../commandLine/options";

export const deployCommand = () =>
  new CliCommand("deploy")
    .description("Shows the plan, asks, deploys a stack and checks that it works.")
    .addArgument(stackArgument())
    .addOption(targetOption())
    .addOption(contextOption())
    .addOption(yesOption())
    .addOption(jsonOption())
    .examples(
      "npm run deploy:dev",
      "npm run deploy:dev -- --context enableInsecurePorts=true",
      "npm run deploy:dev -- --target local --yes",
      "npx tak-media deploy team-a",
    )
    .action(async (stack, options) => {
      const { runDeployment }: typeof import("../deployment/run") = require("../deployment/run");
      process.exitCode = await runDeployment({ command: "deploy", stack, ...options });
    });
