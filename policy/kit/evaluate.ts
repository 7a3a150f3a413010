import type { ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import type { Environment } from "./environment";
import { Findings } from "./findings";
import { Property } from "./property";
import { looksAt, type ResourceRule, type Rule, type StackRule } from "./rule";
import { Stack } from "./stack";

// The registry holds rules of every configuration.
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyResourceRule = ResourceRule<string, any>;
// biome-ignore lint/suspicious/noExplicitAny: see above
type AnyStackRule = StackRule<string, any>;

export const isStackRule = (rule: Rule): rule is AnyStackRule => "checkStack" in rule;

/** What a rule finds in one resource. */
export function inspect(
  rule: AnyResourceRule,
  { type, urn, props }: Pick<ResourceValidationArgs, "type" | "urn" | "props">,
  environment: Environment,
  config: object,
): Findings {
  return guarded(rule, (findings) => {
    if (!looksAt(rule, type)) return;
    const context = { type, urn, environment, config: { ...rule.config?.defaults, ...config } };
    rule.check(Property.of(props), findings, context);
  });
}

/** What a rule finds in a whole stack. */
export function inspectStack(
  rule: AnyStackRule,
  args: StackValidationArgs,
  environment: Environment,
  config: object,
): Findings {
  return guarded(rule, (findings) => {
    const context = {
      type: "pulumi:pulumi:Stack",
      urn: "",
      environment,
      config: { ...rule.config?.defaults, ...config },
    };
    rule.checkStack(new Stack(args), findings, context);
  });
}

/**
 * A rule that throws has given no result: that is a violation. The error's message may hold values, so only its name is
 * shown.
 */
function guarded(rule: Rule, check: (findings: Findings) => void): Findings {
  const findings = new Findings();
  try {
    check(findings);
  } catch (error) {
    const kind = error instanceof Error ? error.name : typeof error;
    findings.violations.push({
      problem: `the rule "${rule.name}" failed with ${kind} and gave no result; report it to the owner of the pack`,
    });
  }
  return findings;
}
