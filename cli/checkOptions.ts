import { parseArgs } from "node:util";
import { UsageError } from "../automation/errors";
import { nearest, shown } from "../config/fault";
import { type Options, parseTarget } from "./options";

export interface CheckOptions {
  readonly stack: string;
  readonly target: Options["target"];
  readonly json: boolean;
  readonly help: boolean;
  /** Of the options that only one of the commands has. */
  readonly more: Readonly<Record<string, string | boolean | undefined>>;
}

type OptionTypes = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

const common = {
  stack: { type: "string" },
  target: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const satisfies OptionTypes;

/** Reads `--stack <stack> [--target aws|local] [--json]` and what `more` adds. Throws a UsageError that names all faults. */
export function parseCheckOptions(
  args: readonly string[],
  usage: string,
  more: OptionTypes = {},
): CheckOptions {
  const options: OptionTypes = { ...common, ...more };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: { ...options },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const { stack, target, json, help, ...others } = values as Record<string, unknown>;
  const read = parseTarget(target);
  const faults = [
    // What stands in the wrong place may be a credential.
    ...positionals.map(() => "a word that belongs to no option"),
    ...tokens.flatMap((token) =>
      token.kind === "option" ? optionFaults(options, token.name, token.value) : [],
    ),
    ...(help || (typeof stack === "string" && stack !== "") ? [] : ["--stack is missing"]),
    ...(typeof read === "string" ? [read] : []),
  ];
  if (faults.length > 0) {
    throw new UsageError([...faults.map((fault) => `  - ${fault}`), `usage: ${usage}`].join("\n"));
  }
  return {
    stack: String(stack ?? ""),
    target: read as Options["target"],
    json: json === true,
    help: help === true,
    more: others as CheckOptions["more"],
  };
}

function optionFaults(options: OptionTypes, name: string, value: string | undefined): string[] {
  const known = Object.hasOwn(options, name) ? options[name] : undefined;
  if (known === undefined) {
    return [
      `"--${shown(name)}" is not an option; did you mean --${nearest(name, Object.keys(options))}?`,
    ];
  }
  if (known.type === "string" && (value ?? "") === "") return [`--${name} needs a value`];
  if (known.type === "boolean" && value !== undefined) return [`--${name} takes no value`];
  return [];
}
