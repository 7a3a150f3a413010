import { parseArgs } from "node:util";
import { UsageError } from "../automation/errors";
import { nearest, shown } from "../config/fault";

export const commands = ["deploy", "preview", "destroy", "outputs"] as const;
export type Command = (typeof commands)[number];

/** What a command line asks for. */
export interface Options {
  readonly command: Command;
  readonly stack: string;
  /** `cloud` names another local cloud than `.local` itself. */
  readonly target: { readonly kind: "aws" } | { readonly kind: "local"; readonly cloud: string };
  /** As given: key=value. */
  readonly context: readonly string[];
  readonly yes: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const allOptions = {
  target: { type: "string" },
  context: { type: "string", multiple: true },
  yes: { type: "boolean", short: "y" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;
type OptionName = keyof typeof allOptions;

const optionsOf: Readonly<Record<Command, readonly OptionName[]>> = {
  deploy: ["target", "context", "yes", "json", "help"],
  preview: ["target", "context", "json", "help"],
  destroy: ["target", "yes", "json", "help"],
  outputs: ["target", "json", "help"],
};

/** Reads `<command> <stack> [options]`. Throws a UsageError that names all faults. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: allOptions,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const [command, stack, ...rest] = positionals;
  if (!isCommand(command) || stack === undefined) {
    throw new UsageError(`needed: a command (${commands.join(", ")}) and the name of a stack`);
  }
  const faults = [
    ...rest.map(
      (word) => `"${shown(word)}" is one word too many; values are given as --context key=value`,
    ),
    ...tokens.flatMap((token) => (token.kind === "option" ? optionFaults(command, token) : [])),
    ...targetFaults(values.target),
  ];
  if (faults.length > 0) throw new UsageError(listed(command, stack, faults));
  return {
    command,
    stack,
    target: targetOf(values.target),
    context: (values.context as string[] | undefined) ?? [],
    yes: values.yes === true,
    json: values.json === true,
    help: values.help === true,
  };
}

export const usage = (command: Command, stack: string): string =>
  `npm run ${command}:${stack} -- ${optionsOf[command].map((name) => `[${words[name]}]`).join(" ")}`;

const words: Readonly<Record<OptionName, string>> = {
  target: "--target aws|local",
  context: "--context key=value ...",
  yes: "--yes",
  json: "--json",
  help: "--help",
};

const isCommand = (word: string | undefined): word is Command =>
  commands.some((command) => command === word);

function optionFaults(
  command: Command,
  { name, rawName, value }: { name: string; rawName: string; value?: string | undefined },
): string[] {
  const known = optionsOf[command].find((each) => each === name);
  if (known === undefined) {
    const suggestion = `did you mean --${nearest(name, optionsOf[command])}?`;
    const belongs = Object.hasOwn(allOptions, name) ? ` of ${command}` : "";
    return [`"${shown(rawName)}" is not an option${belongs}; ${suggestion}`];
  }
  const takesValue = allOptions[known].type === "string";
  if (takesValue && (value ?? "") === "") return [`${rawName} needs a value: ${words[known]}`];
  if (!takesValue && value !== undefined) return [`${rawName} takes no value`];
  return [];
}

const targetPattern = /^(?:aws|local(?::([a-z0-9-]{1,40}))?)$/;

const targetFaults = (target: unknown): string[] =>
  target === undefined || typeof target !== "string" || targetPattern.test(target)
    ? []
    : [`--target is "${shown(target)}"; allowed: aws or local`];

/** As an option of another command: the target, or what is wrong with it. */
export const parseTarget = (target: unknown): Options["target"] | string =>
  targetFaults(target)[0] ?? targetOf(target);

function targetOf(target: unknown): Options["target"] {
  if (typeof target !== "string" || target === "aws") return { kind: "aws" };
  return { kind: "local", cloud: targetPattern.exec(target)?.[1] ?? "" };
}

function listed(command: Command, stack: string, faults: readonly string[]): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  return [
    `this command has ${count}:`,
    ...faults.map((fault) => `  - ${fault}`),
    `usage: ${usage(command, stack)}`,
  ].join("\n");
}
