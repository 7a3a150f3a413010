import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { StackFile } from "../local/cloud/localStack";

const root = join(__dirname, "..");

export const trackedStack = (stack: string): StackFile => readYaml(`Pulumi.${stack}.yaml`);

export const readYaml = (file: string) => parse(readFileSync(join(root, file), "utf8"));

/** Values of a stack file as the engine hands them to the program: text, with lists and maps as JSON. */
export function stackFileConfig({ config = {} }: StackFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
