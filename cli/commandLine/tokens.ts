import { parseArgs } from "node:util";
import type { Command, Option } from "commander";

/** An option as it is given, by its definition. */
export interface GivenOption {
  readonly option: Option;
  readonly value: string | undefined;
  /** The value stands behind an equals sign. */
  readonly isInline: boolean;
}

/** What belongs to no option, and its place in the command line, from 1. */
export interface Word {
  readonly text: string;
  readonly place: number;
}

export interface Tokens {
  readonly given: readonly GivenOption[];
  /** Names of options that the command does not have. */
  readonly unknown: readonly string[];
  readonly words: readonly Word[];
}

/** Takes the command line of one command apart as commander does. */
export function tokensOf(command: Command, args: readonly string[]): Tokens {
  const options = optionsOf(command);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options.map(forParseArgs)),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const given: GivenOption[] = [];
  const unknown = new Map<number, string>();
  const words: Word[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") words.push({ text: token.value, place: token.index + 1 });
    if (token.kind !== "option") continue;
    const { rawName, value, index } = token;
    // Letters behind an unknown one may be its value.
    if (unknown.has(index)) continue;
    const option = options.find(({ long, short }) => rawName === long || rawName === short);
    if (option) given.push({ option, value, isInline: token.inlineValue === true });
    else unknown.set(index, rawName);
  }
  return { given, unknown: [...unknown.values()], words };
}

/** With --help and --version. */
export const optionsOf = (command: Command): Option[] =>
  command.createHelp().visibleOptions(command);

export const takesValue = ({ required, optional }: Option): boolean => required || optional;

const forParseArgs = (option: Option) =>
  [
    option.long?.slice(2) ?? "",
    {
      type: takesValue(option) ? ("string" as const) : ("boolean" as const),
      ...(option.short ? { short: option.short.slice(1) } : {}),
    },
  ] as const;
