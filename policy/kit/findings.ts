import type { Property } from "./property";
import type { StackResource } from "./stack";
import { type Answer, ask, not, type Predicate } from "./tristate";

export interface Violation {
  readonly problem: string;
  /** Where a stack rule found it. */
  readonly resource?: StackResource | undefined;
}

const maxShownLength = 100;

/** What one rule finds out about one resource, or about one stack. */
export class Findings {
  readonly violations: Violation[] = [];
  readonly unknowns: Property[] = [];

  /** Whether it holds; a value that is not known is noted and counts as no. */
  is(property: Property, holds: Predicate): boolean {
    return this.holds(ask(property, holds));
  }

  holds({ verdict, unknowns }: Answer): boolean {
    this.unknowns.push(...unknowns);
    return verdict === "yes";
  }

  /** A violation, with the value, unless it holds. Not for values that may be secret. */
  require(
    property: Property,
    holds: Predicate,
    problem: string,
    resource: StackResource | undefined = undefined,
  ): void {
    if (this.holds(not(ask(property, holds)))) {
      this.report(`${problem} (property "${property.path}" is ${shown(property)})`, resource);
    }
  }

  /** A violation if the answer is yes; the value is not shown. */
  refuse(
    answer: Answer,
    at: Property,
    problem: string,
    resource: StackResource | undefined = undefined,
  ): void {
    if (!this.holds(answer)) return;
    const where = at.path === "" ? "" : ` (property "${at.path}")`;
    this.report(`${problem}${where}`, resource);
  }

  /** Elements of a list; none, and noted, when it is not known. */
  each(list: Property): Property[] {
    return this.is(list, () => true) ? list.items() : [];
  }

  private report(problem: string, resource: StackResource | undefined): void {
    this.violations.push({ problem, resource });
  }
}

function shown(property: Property): string {
  const { value } = property;
  if (property.missing) return "not set";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "an object";
  const text = property.text().replace(/[^\x20-\x7e]/g, "?");
  return `"${text.length > maxShownLength ? `${text.slice(0, maxShownLength)}...` : text}"`;
}
