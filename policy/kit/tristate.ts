import type { Property } from "./property";

/** Three answers, because in a preview a value may not be known yet. */
export type Verdict = "yes" | "no" | "unknown";

/** A verdict, with the properties that it waits for when it is "unknown". */
export interface Answer {
  readonly verdict: Verdict;
  readonly unknowns: readonly Property[];
}

export type Predicate = (property: Property) => boolean;

export const yes: Answer = { verdict: "yes", unknowns: [] };
export const no: Answer = { verdict: "no", unknowns: [] };

export const known = (holds: boolean): Answer => (holds ? yes : no);

/** Whether a predicate holds for a property. */
export const ask = (property: Property, holds: Predicate): Answer =>
  property.unknown ? { verdict: "unknown", unknowns: [property] } : known(holds(property));

export function not({ verdict, unknowns }: Answer): Answer {
  if (verdict === "unknown") return { verdict, unknowns };
  return verdict === "yes" ? no : yes;
}

/** "no" as soon as one is, whatever the others will turn out to be. */
export function allOf(...answers: readonly Answer[]): Answer {
  if (answers.some(({ verdict }) => verdict === "no")) return no;
  const open = answers.flatMap(({ unknowns }) => unknowns);
  return answers.some(({ verdict }) => verdict === "unknown")
    ? { verdict: "unknown", unknowns: open }
    : yes;
}

/** "yes" as soon as one is. */
export const anyOf = (...answers: readonly Answer[]): Answer => not(allOf(...answers.map(not)));
