import { Argument, InvalidArgumentError } from "commander";
import { CliCommand } from "../commandLine/cliCommand";

export const startCommand = () =>
  new CliCommand("start")
    .description("Runs stack dev on this machine with everything around it, until Ctrl-C.")
    .addArgument(
      new Argument("[cloud]", "name of another local cloud than .local itself").argParser(readName),
    )
    .examples("npm start")
    .action(async (cloud) => {
      const { runLocalCloud }: typeof import("../../local/commands/start") =
        require("../../local/commands/start");
      process.exitCode = await runLocalCloud(cloud);
    });

function readName(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new InvalidArgumentError("allowed: up to 40 small letters, digits and hyphens");
}
