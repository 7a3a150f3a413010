import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const root = join(__dirname, "..");

export const readYaml = (file: string) => parse(readFileSync(join(root, file), "utf8"));

/** Values of a tracked stack file as the engine hands them to the program: text, with lists and maps as JSON. */
export function stackFileConfig(stack: string): Record<string, string> {
  const config: Record<string, unknown> = readYaml(`Pulumi.${stack}.yaml`).config;
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
