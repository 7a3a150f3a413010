import { version } from "../package.json";
import { CliCommand } from "./commandLine/cliCommand";
import { addCompletion } from "./commandLine/completion";
import { costCommand } from "./commands/cost";
import { deployCommand } from "./commands/deploy";
import { deployerPolicyCommand } from "./commands/deployerPolicy";
import { destroyCommand } from "./commands/destroy";
import { diagramCommand } from "./commands/diagram";
import { doctorCommand } from "./commands/doctor";
import { localEnvCommand } from "./commands/localEnv";
import { outputsCommand } from "./commands/outputs";
import { policyCommand } from "./commands/policy";
import { previewCommand } from "./commands/preview";
import { smokeCommand } from "./commands/smoke";
import { startCommand } from "./commands/start";

/** The program with all of its commands. What a command does is loaded when it runs: help and completion need neither Pulumi nor AWS. */
export function takMedia(): CliCommand {
  const program = new CliCommand("tak-media")
    .description("Deploys TAK media infrastructure, looks at it and runs it on this machine.")
    .version(version)
    .helpCommand(false)
    .addCommand(deployCommand())
    .addCommand(previewCommand())
    .addCommand(destroyCommand())
    .addCommand(outputsCommand())
    .addCommand(costCommand())
    .addCommand(diagramCommand())
    .addCommand(policyCommand())
    .addCommand(doctorCommand())
    .addCommand(smokeCommand())
    .addCommand(deployerPolicyCommand())
    .addCommand(startCommand())
    .addCommand(localEnvCommand())
    .examples(
      "npx tak-media deploy --help",
      "npm run deploy:dev",
      "npm run doctor -- --stack prod",
    );
  addCompletion(program);
  return program;
}
