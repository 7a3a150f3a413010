import type { Rule } from "../rule";

/**
 * A stack that is named for production but configured for development would lose every rule that is
 * strict in production only. The stack itself is a resource, so this is reported once, and first.
 */
export const environmentMatchesStack: Rule = {
  name: "environment-matches-stack",
  description: `Prohibits "environment: dev" on a stack whose name starts with "prod".`,
  severity: "critical",
  level: "always",
  remediationSteps: `Run "pulumi config rm environment", or choose another stack name.`,
  check: ({ type, urn }, report, environment) => {
    if (type !== "pulumi:pulumi:Stack" || environment === "production") return;
    // urn:pulumi:<stack>::<project>::<type>::<name>; a stack name holds no colon.
    const stack = urn.split(":")[2] ?? "";
    if (!/^prod/i.test(stack)) return;
    report(
      `stack "${stack}" is configured with "environment: dev", which turns the rules for production ` +
        `into advice. Run "pulumi config rm environment --stack ${stack}", or choose a stack name ` +
        `that does not start with "prod".`,
    );
  },
};
