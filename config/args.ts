import type { MediaInfraArgs } from "./mediaInfraArgs";

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
