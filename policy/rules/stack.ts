import { resourceRule } from "../kit/rule";
import { known } from "../kit/tristate";

/** prod, Production2 and all else that begins so; eu-prod and media.production, but not pre-prod and non-prod. */
function isNamedForProduction(stack: string): boolean {
  const [first = "", ...others] = stack.toLowerCase().split(/[-_.]/);
  if (first.startsWith("prod")) return true;
  return others.some((word) => /^prod(uction)?\d*$/.test(word)) && !/^(pre|non)$/.test(first);
}

/**
 * A stack that is named for production but configured for development would lose every rule that is
 * strict in production only. The stack itself is a resource, so this is reported once, and first.
 */
export const environmentMatchesStack = resourceRule({
  name: "environment-matches-stack",
  description: 'Prohibits "environment: dev" on a stack that is named for production.',
  severity: "critical",
  level: "always",
  waivedBy: "configuration",
  ids: {},
  remediationSteps: 'Run "pulumi config rm environment", or choose another stack name.',
  types: ["pulumi:pulumi:Stack"],
  check: (stackResource, report, { urn, environment }) => {
    // urn:pulumi:<stack>::<project>::<type>::<name>; a stack name holds no colon.
    const stack = urn.split(":")[2] ?? "";
    report.refuse(
      known(environment === "development" && isNamedForProduction(stack)),
      stackResource,
      `stack "${stack}" is configured with "environment: dev", which turns the rules for production into advice`,
    );
  },
});

export const stackRules = [environmentMatchesStack] as const;
