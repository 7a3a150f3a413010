import type { Command } from "commander";
import { UsageError } from "../../automation/errors";
import { argumentFaults, noCommand } from "./argumentFaults";
import { CliCommand } from "./cliCommand";
import { missingOptions, unknownOption, valuesOf } from "./optionFaults";
import { type Tokens, tokensOf } from "./tokens";
import { usage } from "./usage";

/**
 * Checks a command line against the definitions of a commander program, which itself stops at the first fault. Answers
 * what commander is to parse: the same or, where that asks for help, nothing but that.
 *
 * @throws UsageError that names all faults, each with what is allowed
 */
export function checkCommandLine(program: Command, args: readonly string[]): readonly string[] {
  const [name = "", ...rest] = args;
  const isOfProgram = name.startsWith("-");
  const command = isOfProgram ? program : program.commands.find((each) => each.name() === name);
  if (!command) throw usageError([noCommand(program, name)], usage(program));

  const tokens = tokensOf(command, isOfProgram ? args : rest);
  if (tokens.given.some(({ option }) => option.long === "--help")) {
    return isOfProgram ? ["--help"] : [name, "--help"];
  }
  const faults = commandFaults(program, command, tokens);
  if (faults.length > 0) throw usageError(faults, usage(command, tokens.words[0]?.text));
  return args;
}

function commandFaults(program: Command, command: Command, tokens: Tokens): string[] {
  const { given, unknown, words } = tokens;
  const { values, faults } = valuesOf(given);
  const names = new Set(given.map(({ option }) => option.attributeName()));
  return [
    ...argumentFaults(program, command, words),
    ...unknown.map((rawName) => unknownOption(program, command, rawName)),
    ...faults,
    ...missingOptions(command, given),
    ...(command instanceof CliCommand ? command.rules.flatMap((rule) => rule(values, names)) : []),
    ...(command === program && given.length === 0 ? [noCommand(program, "")] : []),
  ];
}

function usageError(faults: readonly string[], howTo: string): UsageError {
  const lines =
    faults.length === 1
      ? faults
      : [`this command has ${faults.length} faults:`, ...faults.map((fault) => `  - ${fault}`)];
  return new UsageError([...lines, `usage: ${howTo}`].join("\n"));
}
