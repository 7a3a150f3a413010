import type { Environment } from "./kit/environment";
import type { Rule } from "./kit/rule";
import { type AnyPolicy, toPolicy } from "./kit/toPolicy";
import { waiverPolicies } from "./kit/waiverPolicies";

/** The rules as the engine takes them, behind the policies that speak of waivers. */
export function policiesOf(rules: readonly Rule[], environment: Environment): AnyPolicy[] {
  const { policies, waiversOf } = waiverPolicies(rules, environment);
  return [...policies, ...rules.map((rule) => toPolicy(rule, environment, waiversOf))];
}
