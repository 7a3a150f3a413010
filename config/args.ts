import type { KeyName, Values } from "./keys";

/**
 * The configuration as a value: names, meaning and defaults are those of the configuration keys. A value that is
 * left out, or undefined, has its default.
 */
export type MediaInfraArgs = { readonly [K in KeyName]?: Values[K] | undefined };

/** The text that stands for each value in a stack's configuration: lists and objects are JSON. */
export function rawConfig(args: MediaInfraArgs): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        typeof value === "object" ? JSON.stringify(value) : `${value}`,
      ]),
  );
}
