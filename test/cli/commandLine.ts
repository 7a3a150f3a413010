import { CommanderError, type OptionValues } from "commander";
import { checkCommandLine } from "../../cli/commandLine/check";
import { takMedia } from "../../cli/takMedia";

/** What a command line asks for. */
export interface Asked {
  readonly command: string;
  readonly words: readonly unknown[];
  readonly options: OptionValues;
}

/** Reads a command line of `tak-media` and runs nothing; undefined if it asks for help. Throws a UsageError. */
export function readCommandLine(args: readonly string[]): Asked | undefined {
  const program = takMedia();
  const checked = checkCommandLine(program, args);
  let asked: Asked | undefined;
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.action((...given: unknown[]) => {
      const options = given.at(-2) as OptionValues;
      asked = { command: command.name(), words: given.slice(0, -2), options: { ...options } };
    });
  }
  try {
    program.parse(checked, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error;
  }
  return asked;
}
