import type { Command, Option } from "commander";
import { scripts } from "../../package.json";
import { RepeatableOption } from "./cliCommand";
import { optionsOf } from "./tokens";

/** One line that says how a command is called: by its npm script where it has one. `word` is its first argument. */
export function usage(command: Command, word = ""): string {
  const options = optionsOf(command).map(optionText);
  return [...call(command, word), ...options].join(" ");
}

function call(command: Command, word: string): string[] {
  const script = command.name().replace("-", ":");
  if (script in scripts) return ["npm", "run", script, "--"];
  const ofStack = `${script}:${word}`;
  if (ofStack in scripts) return ["npm", "run", ofStack, "--"];
  if (command.parent === null) return ["npx", command.name(), "<command>"];
  const words = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  return ["npx", command.parent.name(), command.name(), ...words];
}

function optionText(option: Option): string {
  const text = option.flags.replace(/^-\w, /, "");
  const all = option instanceof RepeatableOption ? `${text} ...` : text;
  return option.mandatory ? all : `[${all}]`;
}
