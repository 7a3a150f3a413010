import { type Command, InvalidArgumentError, type Option, type OptionValues } from "commander";
import { nearest, shown } from "../../config/fault";
import { RepeatableOption } from "./cliCommand";
import { type GivenOption, optionsOf, takesValue } from "./tokens";

/** What else begins with a hyphen may be a credential. */
const optionName = /^(-\w|--[a-z-]{1,30})$/i;

/** `rawName` is as it was written, with its hyphens. */
export function unknownOption(program: Command, command: Command, rawName: string): string {
  const names = optionsOf(command).map(({ long }) => long ?? "");
  const others = program.commands.flatMap(({ options }) => options);
  const isOfOther = others.some(({ long, short }) => rawName === long || rawName === short);
  const of = isOfOther ? ` of ${command.name()}` : "";
  const suggestion = rawName.startsWith("--") ? `; did you mean ${nearest(rawName, names)}?` : "";
  const name = optionName.test(rawName) ? `"${rawName}"` : "an argument that begins with a hyphen";
  return `${name} is not an option${of}${suggestion}`;
}

/** The values of options by the names that commander gives them, and what is wrong with the others. */
export function valuesOf(given: readonly GivenOption[]): {
  readonly values: OptionValues;
  readonly faults: readonly string[];
} {
  const values: OptionValues = {};
  const faults: string[] = [];
  const seen = new Set<Option>();
  for (const each of given) {
    const { option, value } = each;
    const wrong = syntaxFault(each) ?? (seen.has(option) ? twice(option) : undefined);
    if (wrong) faults.push(wrong);
    seen.add(option);
    if (wrong) continue;
    const name = option.attributeName();
    try {
      values[name] = value === undefined ? true : parsed(option, value, values[name]);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      faults.push(`${option.long} is "${shown(value ?? "")}"; ${allowed(error)}`);
    }
  }
  return { values, faults };
}

const parsed = (option: Option, value: string, previous: unknown): unknown =>
  option.parseArg ? option.parseArg(value, previous) : value;

function syntaxFault({ option, value, isInline }: GivenOption): string | undefined {
  if (!takesValue(option)) return value === undefined ? undefined : `${option.long} takes no value`;
  if ((value ?? "") === "") return `${option.long} needs a value: ${option.flags}`;
  const looksLikeOption = !isInline && /^-./.test(value ?? "");
  return looksLikeOption
    ? `${option.long} needs a value; one that begins with a hyphen is written ${option.long}=-...`
    : undefined;
}

const twice = (option: Option): string | undefined =>
  takesValue(option) && !(option instanceof RepeatableOption)
    ? `${option.long} is given twice; allowed: once`
    : undefined;

export const missingOptions = (command: Command, given: readonly GivenOption[]): string[] =>
  command.options
    .filter((option) => option.mandatory && !given.some((each) => each.option === option))
    .map(({ long, flags }) => `${long} is missing; needed: ${flags}`);

/** In the words of this program where they are those of commander's `choices`. */
export const allowed = ({ message }: InvalidArgumentError): string =>
  message.replace(/^Allowed choices are (.*)\.$/, "allowed: $1");
