import type {
  EnforcementLevel,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Environment } from "./environment";
import { inspect, inspectStack, isStackRule } from "./evaluate";
import type { Violation } from "./findings";
import type { Property } from "./property";
import type { Ids, Level, Rule } from "./rule";
import type { FoundWaiver } from "./waiver";

const enforcementLevels: Record<Level, Record<Environment, EnforcementLevel>> = {
  production: { production: "mandatory", development: "advisory" },
  always: { production: "mandatory", development: "mandatory" },
  advisory: { production: "advisory", development: "advisory" },
};

/** Where the rules are described, in the repository of the pack. */
export const documentation = "docs/POLICIES.md";

const securityHub = {
  name: "AWS Foundational Security Best Practices",
  version: "1.0.0",
  specification: "docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
};

/** A policy of either kind. */
export type AnyPolicy = ResourceValidationPolicy | StackValidationPolicy;

/** The waivers that are meant for a resource. */
export type WaiversOf = (resource: Subject) => readonly FoundWaiver[];

/** A resource, from either kind of policy. */
export type Subject = Pick<ResourceValidationArgs, "urn" | "name" | "props">;

export const enforcementLevel = (rule: Rule, environment: Environment): EnforcementLevel =>
  enforcementLevels[rule.level][environment];

/** Ids as one list: `FSBP:ELB.17`, `checkov:CKV_AWS_103`. */
export const idList = ({ fsbp = [], checkov = [], cdkNag = [], other = [] }: Ids): string[] => [
  ...fsbp.map((id) => `FSBP:${id}`),
  ...checkov.map((id) => `checkov:${id}`),
  ...cdkNag.map((id) => `cdk-nag:AwsSolutions-${id}`),
  ...other,
];

/** The rule as the Pulumi engine takes it, with the level that it has in `environment`. */
export function toPolicy(rule: Rule, environment: Environment, waiversOf: WaiversOf): AnyPolicy {
  const fsbp = rule.ids.fsbp?.join(", ");
  const metadata = {
    name: rule.name,
    description: rule.description,
    severity: rule.severity,
    remediationSteps: rule.remediationSteps,
    url: `${documentation}#${rule.name}`,
    tags: idList(rule.ids),
    ...(fsbp ? { framework: { ...securityHub, reference: fsbp } } : {}),
    enforcementLevel: enforcementLevel(rule, environment),
    ...(rule.config ? { configSchema: { properties: rule.config.properties } } : {}),
  };
  const message = (violation: Violation, fault: string | undefined) =>
    `${violation.problem}. ${rule.remediationSteps}${fault ? ` Note: ${fault}.` : ""}`;

  if (isStackRule(rule)) {
    return {
      ...metadata,
      validateStack: (args: StackValidationArgs, report) => {
        const findings = inspectStack(rule, args, environment, args.getConfig());
        for (const violation of findings.violations) {
          const { resource } = violation;
          const waiver = resource && waiverOf(rule, waiversOf(resource.raw));
          if (!waiver || waiver.fault) report(message(violation, waiver?.fault), resource?.urn);
        }
        notEvaluated(findings.unknowns, "looks again at its end");
      },
    };
  }
  return {
    ...metadata,
    validateResource: (args: ResourceValidationArgs, report) => {
      const findings = inspect(rule, args, environment, args.getConfig());
      if (findings.violations.length > 0) {
        const waiver = waiverOf(rule, waiversOf(args));
        if (waiver && !waiver.fault) return;
        for (const violation of findings.violations) report(message(violation, waiver?.fault));
      }
      notEvaluated(findings.unknowns, "evaluates it before the resource is touched");
    },
  };
}

/** The waiver of a rule that counts, else one that does not and says why. */
export function waiverOf(rule: Rule, waivers: readonly FoundWaiver[]): FoundWaiver | undefined {
  const own = waivers.filter((waiver) => waiver.rule === rule.name);
  return own.find(({ fault }) => fault === undefined) ?? own[0];
}

/**
 * Ends a rule that could not look at some values because they are not known in this preview. The policy SDK turns
 * its own error into an advisory note, whatever the level of the rule, and keeps the violations that were reported
 * before.
 */
function notEvaluated(unknowns: readonly Property[], later: string): void {
  const [first] = unknowns;
  if (!first?.unknown) return;
  const paths = [...new Set(unknowns.map((property) => `"${property.path}"`))].join(", ");
  first.unknown.message = `not evaluated in this preview, not known yet: ${paths}; "pulumi up" ${later}`;
  throw first.unknown;
}
