import type {
  EnforcementLevel,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
} from "@pulumi/policy";
import type { Environment } from "./environment";

/** "production": stops a deployment in production, is only shown in development. "always": stops every one. */
export type Level = "production" | "always";

/** A check of one resource at a time. */
export interface Rule {
  /** Kebab-case, unique in the pack. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly severity: Severity;
  readonly level: Level;
  readonly remediationSteps: string;
  /** Calls `report` once per violation. */
  readonly check: (
    resource: ResourceValidationArgs,
    report: (message: string) => void,
    environment: Environment,
  ) => void;
}

const enforcementLevels: Record<Level, Record<Environment, EnforcementLevel>> = {
  production: { production: "mandatory", development: "advisory" },
  always: { production: "mandatory", development: "mandatory" },
};

/** The rule as the Pulumi engine takes it, with the level that it has in `environment`. */
export function toPolicy(rule: Rule, environment: Environment): ResourceValidationPolicy {
  const { level, check, ...metadata } = rule;
  return {
    ...metadata,
    enforcementLevel: enforcementLevels[level][environment],
    validateResource: (resource, report) => check(resource, report, environment),
  };
}
