import { type Key, keys } from "../config/keys";

/**
 * The source of config/mediaInfraArgs.ts, where an editor finds what a table does not show it: a comment on each argument
 * with its meaning, unit, allowed values and default.
 */
export function argsInterface(): string {
  const properties = Object.entries<Key<unknown>>(keys).map(
    ([name, key]) => `${comment(key)}\n  readonly ${name}?: Values["${name}"] | undefined;`,
  );
  return [
    "// Made by `npm run config:docs` from the table in keys.ts; a test holds the two together.",
    'import type { Values } from "./keys";',
    "",
    "/**",
    " * The configuration as a value: names, meaning and defaults are those of the configuration keys. A value that is",
    " * left out, or undefined, has its default.",
    " */",
    "export interface MediaInfraArgs {",
    properties.join("\n\n"),
    "}",
    "",
  ].join("\n");
}

function comment(key: Key<unknown>): string {
  const lines = [
    ...wrapped(sentence(key.description)),
    "",
    ...wrapped(sentence(`Allowed: ${key.format.allowed}`)),
    "",
    ...wrapped(defaultLine(key)),
  ];
  return ["  /**", ...lines.map((line) => `   * ${line}`.trimEnd()), "   */"].join("\n");
}

function defaultLine({ default: value, requiredWithout }: Key<unknown>): string {
  if (requiredWithout) return `Required, unless ${requiredWithout} is set.`;
  const text = JSON.stringify(value);
  return `@default ${['""', "[]", "{}"].includes(text) ? "none" : text}`;
}

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

const wrapped = (text: string): string[] => text.match(/\S.{0,94}(?=\s|$)/g) ?? [];
