import type { Inspection } from "../kit/findings";
import type { Property } from "../kit/property";
import { ask, known, not } from "../kit/tristate";

/**
 * A JSON document, given as text or as an object; undefined when it is missing, not known yet (which is noted) or no
 * JSON (which is a violation: nobody can say what is in it).
 */
export function documentIn(property: Property, found: Inspection): Property | undefined {
  if (property.missing || !found.is(property, () => true)) return undefined;
  if (typeof property.value === "object") return property.holding(property.value);
  const value = parsed(property.text());
  found.refuse(known(value === undefined), property, "the document is no JSON object or list");
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
export function allowing(property: Property, found: Inspection): Property[] {
  return statementsOf(property, found).filter((statement) =>
    found.is(statement.get("Effect"), (effect) => effect.text() !== "Deny"),
  );
}

export function statementsOf(property: Property, found: Inspection): Property[] {
  const document = documentIn(property, found);
  if (!document) return [];
  const statements = document.get("Statement");
  found.refuse(
    ask(statements, (list) => list.missing),
    statements,
    "the document has no Statement",
  );
  return found.each(statements);
}

/** Values of an element that is one text or a list of them; unknown ones are noted. */
export const textsIn = (element: Property, found: Inspection): Property[] =>
  found.each(element).filter((item) => found.is(item, () => true));

/** IAM's wildcards: `*` is any text, `?` any character; no regard to case. */
export function matchesPattern(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "i").test(text);
}

/** Principals of a statement that are everybody: `*`, `{AWS: "*"}`, or a list with one. */
export function isPublic(statement: Property, found: Inspection): boolean {
  const principal = statement.get("Principal");
  if (!found.is(principal, () => true)) return false;
  const isObject = typeof principal.value === "object" && !Array.isArray(principal.value);
  const holders = isObject ? principal.entries().map(({ value }) => value) : [principal];
  return (
    holders.some((holder) => textsIn(holder, found).some((item) => item.text() === "*")) ||
    found.holds(not(ask(statement.get("NotPrincipal"), (property) => property.missing)))
  );
}
