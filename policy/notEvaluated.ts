import type { Property } from "./property";

/**
 * Ends a rule that could not look at some values because they are not known in this preview. The policy
 * SDK turns its own error into an advisory note, whatever the level of the rule, and keeps the violations
 * that were reported before.
 */
export function notEvaluated(unknowns: readonly Property[]): void {
  const [first] = unknowns;
  if (!first?.unknown) return;
  const paths = [...new Set(unknowns.map((property) => `"${property.path}"`))].join(", ");
  first.unknown.message = `not evaluated, not known yet: ${paths}; "pulumi up" evaluates it before the resource is touched`;
  throw first.unknown;
}
