import { type Argument, type Command, InvalidArgumentError } from "commander";
import { nearest, shown } from "../../config/fault";
import { type Key, keys } from "../../config/keys";
import { stacksHere } from "../../local/commands/stackFiles";
import { allowed } from "./optionFaults";
import type { Word } from "./tokens";

/** What is wrong with the words of a command line that belong to no option. */
export function argumentFaults(
  program: Command,
  command: Command,
  words: readonly Word[],
): readonly string[] {
  const definitions = command.registeredArguments;
  const missing = definitions.slice(words.length).filter(({ required }) => required);
  const isOpen = definitions.at(-1)?.variadic === true;
  return [
    ...missing.map((argument) => needed(program, argument.name())),
    ...definitions.flatMap((argument, index) => valueFaults(argument, words[index]?.text)),
    ...(isOpen ? [] : words.slice(definitions.length).map((word) => excess(command, word))),
  ];
}

/** What a command line without a command, or with one that is not there, has to have. */
export function noCommand(program: Command, name: string): string {
  const names = program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command.name());
  const others = names.filter((each) => !takers(program, "stack").includes(each));
  // The name is not shown: it may be a word that belongs elsewhere, and a credential.
  const suggestion = name === "" ? "" : `no such command; did you mean ${nearest(name, names)}? `;
  return `${suggestion}${needed(program, "stack")}, or another command (${others.join(", ")})`;
}

const needed = (program: Command, argument: string): string =>
  `needed: a command (${takers(program, argument).join(", ")}) and the name of a ${argument}`;

/** Names of the commands that take an argument. */
const takers = (program: Command, argument: string): string[] =>
  program.commands
    .filter(({ registeredArguments: [first] }) => first?.name() === argument)
    .map((command) => command.name());

function valueFaults(argument: Argument, text: string | undefined): string[] {
  if (text === undefined || argument.parseArg === undefined) return [];
  try {
    argument.parseArg(text, undefined);
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return [`the word for <${argument.name()}> is not one; ${allowed(error)}`];
  }
}

/** Shows a word only where it is known to be no credential. */
function excess(command: Command, { text, place }: Word): string {
  const takes = (name: string) => command.options.some(({ long }) => long === name);
  if (takes("--context") && isSetting(text)) {
    return `"${shown(text)}" is one word too many; values are given as --context key=value`;
  }
  if (takes("--stack") && stacksHere().includes(text)) {
    return `"${text}" belongs to no option; did you mean --stack ${text}?`;
  }
  return `argument ${place} of ${command.name()} belongs to no option`;
}

function isSetting(text: string): boolean {
  const [name = "", ...value] = text.split("=");
  const key = new Map<string, Key<unknown>>(Object.entries(keys)).get(name);
  return value.length > 0 && key !== undefined && !key.hidden;
}
