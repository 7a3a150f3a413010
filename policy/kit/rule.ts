import type { PolicyConfigSchema, Severity } from "@pulumi/policy";
import type { Environment } from "./environment";
import type { Findings } from "./findings";
import type { Property } from "./property";
import type { Stack } from "./stack";

/**
 * "production": stops a deployment in production, is only shown in development. "always": stops every one.
 * "advisory": is only shown.
 */
export type Level = "production" | "always" | "advisory";

/** Ids of the same control elsewhere. */
export interface Ids {
  /** AWS Foundational Security Best Practices. */
  readonly fsbp?: readonly string[];
  readonly checkov?: readonly string[];
  /** Without the prefix `AwsSolutions-`. */
  readonly cdkNag?: readonly string[];
  /** AWS Config, trivy, CloudFormation Guard, by their own names. */
  readonly other?: readonly string[];
}

/** What a check may ask besides the properties. */
export interface Context<Config = object> {
  readonly type: string;
  readonly urn: string;
  readonly environment: Environment;
  /** The rule's configuration over its defaults. */
  readonly config: Config;
}

interface Common<Name extends string, Config> {
  /** Kebab-case, unique in the pack. */
  readonly name: Name;
  /** One sentence. */
  readonly description: string;
  readonly severity: Severity;
  readonly level: Level;
  readonly ids: Ids;
  /** "configuration": the rule can be waived in the pack's configuration only, not by a tag that the program sets. */
  readonly waivedBy?: "configuration";
  /** One sentence or more that say what to change. */
  readonly remediationSteps: string;
  readonly config?: Settings<Config>;
}

/** Bounds are the engine's to check; the defaults hold when it configures nothing. */
export interface Settings<Config> {
  readonly properties: PolicyConfigSchema["properties"];
  readonly defaults: Config;
}

/** A check of one resource at a time, on what the program asks for, before anything is touched. */
export interface ResourceRule<Name extends string = string, Config = object>
  extends Common<Name, Config> {
  /** Type tokens of the resources that it looks at, or whether it looks at a type. */
  readonly types: readonly string[] | ((type: string) => boolean);
  readonly check: (resource: Property, report: Findings, context: Context<Config>) => void;
}

/** A check of resources together, at the end of a preview or of an update. */
export interface StackRule<Name extends string = string, Config = object>
  extends Common<Name, Config> {
  readonly checkStack: (stack: Stack, report: Findings, context: Context<Config>) => void;
}

// A rule with configuration is a rule: what its check needs comes from its own defaults.
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Rule = ResourceRule<string, any> | StackRule<string, any>;

export const looksAt = ({ types }: Pick<ResourceRule, "types">, type: string): boolean =>
  typeof types === "function" ? types(type) : types.includes(type);

/** Keeps the name as a literal type, so that a configuration with a misspelt one does not compile. */
export const resourceRule = <const Name extends string, Config = object>(
  rule: ResourceRule<Name, Config>,
): ResourceRule<Name, Config> => rule;

export const stackRule = <const Name extends string, Config = object>(
  rule: StackRule<Name, Config>,
): StackRule<Name, Config> => rule;
