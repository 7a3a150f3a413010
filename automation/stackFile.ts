import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { ConfigError, parseConfig, type Settings } from "../config";
import type { AccountFacts } from "../config/account";
import { parseJson } from "../shared/parse";
import { ConfigurationError } from "./errors";

const project = "tak-media-infra";

interface StackSettings {
  /** Environments of Pulumi ESC whose values the engine adds. */
  readonly environment?: unknown;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The settings that a stack file holds; a stack may do without one. */
export function readStackSettings(folder: string, stack: string): StackSettings {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  return (existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined) ?? {};
}

/** Settings with values that hold for one run. `region` is AWS's. */
export function withValues(
  settings: StackSettings,
  values: Readonly<Record<string, string>>,
  region: string | undefined,
): StackSettings {
  const own = Object.fromEntries(
    Object.entries(values).map(([name, text]) => [`${project}:${name}`, yamlValue(text)]),
  );
  const aws = region === undefined ? {} : { "aws:region": region };
  return { ...settings, config: { ...settings.config, ...aws, ...own } };
}

/** Throws a ConfigurationError that names all faults, before the engine is asked; it cannot know values of ESC. */
export function checkSettings(settings: StackSettings, stack: string): void {
  if (settings.environment === undefined) parseSettings(settings, stack);
}

/**
 * The settings of a stack file. Throws a ConfigurationError that names all faults.
 *
 * @param account where the stack is deployed, as far as known. Default: the region that the file has.
 */
export function parseSettings(
  { config = {} }: StackSettings,
  stack: string,
  account: AccountFacts = inRegion(config["aws:region"]),
): Settings {
  const own = Object.entries(config)
    .filter(([key]) => key.startsWith(`${project}:`) || !key.includes(":"))
    .map(([key, value]) => ({ name: key.replace(`${project}:`, ""), value }));
  const secrets = own.filter(({ value }) => isSecret(value)).map(({ name }) => name);
  const raw = Object.fromEntries(own.map(({ name, value }) => [name, textOf(value)]));
  try {
    return parseConfig(raw, stack, new Set(secrets), account);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigurationError(stack, error.faults, error.settings);
  }
}

/**
 * Runs `work` with a stack file that exists for that long. The engine reads it in place of the stack's own, which no
 * value of this run gets into: `pulumi up --config` would write it there.
 */
export async function withStackFile<T>(
  settings: StackSettings,
  stack: string,
  work: (file: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tak-media-infra-"));
  try {
    const file = join(folder, `Pulumi.${stack}.yaml`);
    writeFileSync(file, stringify(settings), { mode: 0o600 });
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const inRegion = (region: unknown): AccountFacts =>
  region === undefined ? {} : { region: String(region) };

const isSecret = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "secure" in value;

const textOf = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

/** Lists and objects are such in a stack file; everything else may be text. */
function yamlValue(text: string): unknown {
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? value : text;
}
