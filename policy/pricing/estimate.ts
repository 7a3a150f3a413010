import type { Charge, Formula, Priced } from "./charge";
import { formulas } from "./formulas";
import { freeTypes } from "./free";
import { type PricedRegion, type PriceList, priceLists } from "./prices";
import { noUsage, type Usage } from "./usage";

/** One charge of one resource in a month, in US dollars. */
export interface Row {
  readonly urn: string;
  readonly type: string;
  /** Of the resource in the program. */
  readonly name: string;
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  /** For one unit. */
  readonly priceUsd: number;
  /** False where the price was not confirmed by a page. */
  readonly confirmed: boolean;
  /** In whole cents. */
  readonly usd: number;
}

/** A resource that costs something that the estimate leaves out. */
export interface NotEstimated {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly reason: string;
}

export interface Estimate {
  readonly region: PricedRegion;
  readonly traffic: Usage;
  /** Resource by resource, the dearest first. */
  readonly rows: readonly Row[];
  /** The sum of the rows. */
  readonly totalUsd: number;
  /** The same without traffic. */
  readonly idleUsd: number;
  readonly notEstimated: readonly NotEstimated[];
}

/**
 * What resources cost in a month, with the traffic. A type that has no formula and is not known as free stands in
 * `notEstimated`; so does what of a resource cannot be put into figures.
 */
export function estimate(
  resources: readonly Priced[],
  region: PricedRegion,
  traffic: Usage,
): Estimate {
  const { rows, notEstimated } = chargesOf(resources, region, traffic);
  return {
    region,
    traffic,
    rows: dearestFirst(rows),
    totalUsd: sumUsd(rows),
    idleUsd: sumUsd(chargesOf(resources, region, noUsage).rows),
    notEstimated: notEstimated.sort(byName),
  };
}

function chargesOf(resources: readonly Priced[], region: PricedRegion, traffic: Usage) {
  const list: PriceList = priceLists[region];
  const context = { traffic, resources };
  const rows: Row[] = [];
  const notEstimated: NotEstimated[] = [];
  for (const resource of resources) {
    const { urn, type, name } = resource;
    for (const item of formulaOf(type)(resource, context)) {
      if ("reason" in item) notEstimated.push({ urn, type, name, ...item });
      else if (item.quantity > 0) rows.push({ urn, type, name, ...priced(item, list) });
    }
  }
  return { rows, notEstimated };
}

function formulaOf(type: string): Formula {
  const free: Formula = () => [];
  const missing: Formula = () => [{ reason: `no formula for ${type}` }];
  return formulas.get(type) ?? (freeTypes.has(type) ? free : missing);
}

function priced({ what, quantity, unit, price, factor = 1 }: Charge, list: PriceList) {
  const priceUsd = list.prices[price] * factor;
  const confirmed = !list.unconfirmed.includes(price);
  return { what, quantity, unit, priceUsd, confirmed, usd: cents(quantity * priceUsd) / 100 };
}

const cents = (usd: number): number => Math.round(usd * 100);

/** Summed in cents, so that it is to the cent what the rows say. */
export const sumUsd = (rows: readonly { readonly usd: number }[]): number =>
  rows.reduce((sum, { usd }) => sum + cents(usd), 0) / 100;

/** The engine reports resources in no particular order. */
function dearestFirst(rows: readonly Row[]): Row[] {
  const sums = new Map<string, number>();
  for (const { urn, usd } of rows) sums.set(urn, (sums.get(urn) ?? 0) + usd);
  const sum = ({ urn }: Row) => cents(sums.get(urn) ?? 0);
  return [...rows].sort((a, b) => sum(b) - sum(a) || byName(a, b));
}

type Named = { readonly name: string; readonly type: string };

const byName = (a: Named, b: Named): number => compare(a.name, b.name) || compare(a.type, b.type);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
