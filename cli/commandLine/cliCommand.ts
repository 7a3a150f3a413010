import { Command, Option, type OptionValues } from "commander";

/**
 * Says what is wrong with several options of a command together. `options` are those that are right by themselves, `given`
 * the names of all.
 */
export type Rule = (options: OptionValues, given: ReadonlySet<string>) => readonly string[];

/** A command with what commander has no place for: rules between options, and examples below its help. */
export class CliCommand extends Command {
  readonly rules: Rule[] = [];

  rule(rule: Rule): this {
    this.rules.push(rule);
    return this;
  }

  examples(...lines: readonly string[]): this {
    return this.addHelpText("after", ["", "Examples:", ...lines.map(indented)].join("\n"));
  }
}

const indented = (line: string): string => `  ${line}`;

/** An option that may be given any number of times; its value is the list of what was given. */
export class RepeatableOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, description);
    this.argParser((value: string, previous: readonly string[] = []) => [...previous, value]);
  }
}
