import type { Findings } from "../kit/findings";
import type { Property } from "../kit/property";
import { ask, known, not } from "../kit/tristate";

/**
 * A JSON document, given as text or as an object; undefined when it is missing, not known yet (which is noted) or not
 * JSON (which is a violation: its content cannot be checked).
 */
export function documentIn(property: Property, report: Findings): Property | undefined {
  if (property.missing || !report.is(property, () => true)) return undefined;
  if (typeof property.value === "object") return property.holding(property.value);
  const value = parsed(property.text());
  report.refuse(known(value === undefined), property, "the document is not a JSON object or list");
  return value === undefined ? undefined : property.holding(value);
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Statements of a policy document that allow something. */
export function allowing(property: Property, report: Findings): Property[] {
  return statementsOf(property, report).filter((statement) =>
    report.is(statement.get("Effect"), (effect) => effect.text() !== "Deny"),
  );
}

export function statementsOf(property: Property, report: Findings): Property[] {
  const document = documentIn(property, report);
  if (!document) return [];
  const statements = document.get("Statement");
  report.refuse(
    ask(statements, (list) => list.missing),
    statements,
    "the document has no Statement",
  );
  return report.each(statements);
}

/** Values of an element that is one text or a list of them; unknown ones are noted. */
export const textsIn = (element: Property, report: Findings): Property[] =>
  report.each(element).filter((item) => report.is(item, () => true));

/** Principals of a statement that match everyone: `*`, `{AWS: "*"}`, or a list with one. */
export function isPublic(statement: Property, report: Findings): boolean {
  const principal = statement.get("Principal");
  if (!report.is(principal, () => true)) return false;
  const isObject = typeof principal.value === "object" && !Array.isArray(principal.value);
  const holders = isObject ? principal.entries().map(({ value }) => value) : [principal];
  return (
    holders.some((holder) => textsIn(holder, report).some((item) => item.text() === "*")) ||
    report.holds(not(ask(statement.get("NotPrincipal"), (property) => property.missing)))
  );
}
