import type { Property } from "../kit/property";
import type { Prices } from "./prices";
import type { Usage } from "./usage";

/** A resource whose price is asked for. */
export interface Priced {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly props: Property;
  /** URNs of what the value of a top-level property came from. */
  readonly dependencies: (property: string) => readonly string[];
}

/** What a resource is charged for in a month. */
export interface Charge {
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  /** For one unit. */
  readonly price: keyof Prices;
  /** Times the price, where a kind is dearer than the one in the table; 1 if left out. */
  readonly factor?: number;
}

/** A charge that exists and cannot be put into figures. */
export interface Unestimated {
  readonly reason: string;
}

export interface Context {
  readonly traffic: Usage;
  readonly resources: readonly Priced[];
}

/** What the resource costs in a month; nothing for one that is free as it is configured. */
export type Formula = (resource: Priced, context: Context) => readonly (Charge | Unestimated)[];

/** Elements of a list: counted where it is known, else the resources of `type` that its values come from. */
export function count(
  { props, dependencies }: Priced,
  list: string,
  type: string,
): number | undefined {
  const property = props.get(list);
  if (!property.unknown) return property.items().length;
  const found = dependencies(list).filter((urn) => typeOf(urn) === type).length;
  return found === 0 ? undefined : found;
}

/** `urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>` */
export const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
