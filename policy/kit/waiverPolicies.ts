import type {
  PolicyConfigSchema,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Environment } from "./environment";
import { inspect, inspectStack, isStackRule } from "./evaluate";
import { Property } from "./property";
import type { Rule } from "./rule";
import { documentation, type Subject, type WaiversOf, waiverOf } from "./toPolicy";
import { type ConfiguredWaiver, waiversInConfiguration, waiversInTags } from "./waiver";

const common = {
  severity: "low",
  url: `${documentation}#waivers`,
} as const;

const text = { type: "string", minLength: 1 } as const;

const configSchema: PolicyConfigSchema = {
  properties: {
    waivers: {
      type: "array",
      items: {
        type: "object",
        properties: { rule: text, resource: text, reason: text, expires: text },
        required: ["rule", "resource", "reason", "expires"],
      },
    },
    tags: { type: "boolean", default: true },
    maximumDays: { type: "integer", minimum: 1, maximum: 3653, default: 1827 },
  },
};

/** What the policy `waivers` lets be configured. */
interface WaiverSettings {
  readonly waivers: readonly ConfiguredWaiver[];
  /** Whether tags can waive rules; if not, only the configuration can. */
  readonly tags: boolean;
  /** How far ahead the last day of a waiver may lie; five years by default. */
  readonly maximumDays: number;
}
const defaults: WaiverSettings = { waivers: [], tags: true, maximumDays: 1827 };

/**
 * The policies that speak of waivers, to stand before all others: the SDK asks the policies in order and hands each
 * its own configuration only, so `waivers` takes the configured waivers in for the others. Disabled, no configured
 * waiver counts.
 */
export function waiverPolicies(rules: readonly Rule[], environment: Environment) {
  const names = new Set(rules.map(({ name }) => name));
  const byTag = rules.filter(({ waivedBy }) => waivedBy !== "configuration");
  const namesByTag = new Set(byTag.map(({ name }) => name));
  let settings = defaults;
  const takeConfiguration = (config: object) => {
    settings = { ...defaults, ...config };
  };
  const waiversOf: WaiversOf = (resource) => {
    const { waivers, tags, maximumDays } = settings;
    const rulesByTag = tags ? namesByTag : new Set<string>();
    return [
      ...waiversInTags(Property.of(resource.props).get("tags"), { rules: rulesByTag, maximumDays }),
      ...waiversInConfiguration(waivers, resource, { rules: names, maximumDays }),
    ];
  };

  const inUse: ResourceValidationPolicy = {
    ...common,
    name: "waivers",
    description: "Shows each waiver that is in use, with its reason and its last day.",
    remediationSteps: "Remove the cause and then the waiver before its last day.",
    enforcementLevel: "advisory",
    configSchema,
    validateResource: (args, report) => {
      takeConfiguration(args.getConfig());
      const waivers = waiversOf(args);
      if (waivers.length === 0) return;
      for (const rule of rules) {
        const waiver = waiverOf(rule, waivers);
        if (!waiver || waiver.fault || isStackRule(rule)) continue;
        // A rule's own configuration is not at hand here: its defaults decide what is shown, not what is waived.
        for (const { problem } of inspect(rule, args, environment, {}).violations) {
          report(`"${rule.name}" is waived until ${waiver.expires}: ${waiver.reason}. ${problem}.`);
        }
      }
    },
  };
  const inUseInStack: StackValidationPolicy = {
    ...common,
    name: "stack-waivers",
    description: "Shows each waiver of a stack rule that is in use, with its reason and last day.",
    remediationSteps: "Remove the cause and then the waiver before its last day.",
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      for (const rule of rules.filter(isStackRule)) {
        if (args.resources.every((resource) => !waiverOf(rule, waiversOf(resource)))) continue;
        for (const { problem, resource } of inspectStack(rule, args, environment, {}).violations) {
          const waiver = resource && waiverOf(rule, waiversOf(resource.raw));
          if (!waiver || waiver.fault) continue;
          const until = `"${rule.name}" is waived until ${waiver.expires}: ${waiver.reason}`;
          report(`${until}. ${problem}.`, resource.urn);
        }
      }
    },
  };
  const valid: ResourceValidationPolicy = {
    ...common,
    name: "valid-waivers",
    description: "Requires a known rule, a reason and a last day that is not over of every waiver.",
    remediationSteps: "Renew the waiver with a new last day, or remove it with its cause.",
    enforcementLevel: "mandatory",
    severity: "high",
    validateResource: (args, report) => {
      for (const { fault } of faulty(waiversOf, args)) report(`${fault}.`);
    },
  };
  return { policies: [inUse, inUseInStack, valid], waiversOf };
}

const faulty = (waiversOf: WaiversOf, resource: Subject) =>
  waiversOf(resource).filter(({ fault }) => fault !== undefined);
