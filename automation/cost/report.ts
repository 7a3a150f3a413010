import { type Estimate, type NotEstimated, type Row, sumUsd } from "../../policy/pricing/estimate";
import { priceSource, pricesReadOn } from "../../policy/pricing/prices";
import type { Usage } from "../../policy/pricing/usage";
import { columns } from "./columns";

/** What no row and no resource stands for. */
export const notCounted: readonly string[] = [
  "traffic between zones, up to 0.02 US dollars per GB",
  "taxes, support, free tiers and discounts",
  "an existing VPC, hosted zone, secret or cluster that the stack only uses",
  "metrics that the gateway reports, charged by metric",
  "what a deployment adds while it runs",
];

/** An estimate as text of up to 120 columns, for a terminal. */
export function costReport(stack: string, estimate: Estimate): string {
  const unconfirmed = estimate.rows.some(({ confirmed }) => !confirmed);
  return [
    costSummary(stack, estimate),
    "",
    ...assumptions(estimate.traffic),
    "",
    ...table(estimate.rows),
    "",
    ...bulletList("Not estimated:", estimate.notEstimated.map(openPoint)),
    ...bulletList("Not counted:", notCounted),
    `Prices of ${pricesReadOn}: ${priceSource}.`,
    ...(unconfirmed ? ["~ a price that no page confirmed, from experience."] : []),
  ].join("\n");
}

/** One line: `Stack prod in us-east-1: 250.00 US dollars a month, 150.00 of them while nobody uses it`. */
export const costSummary = (stack: string, { region, totalUsd, idleUsd }: Estimate): string =>
  `Stack ${stack} in ${region}: ${dollars(totalUsd)} US dollars a month, ${dollars(idleUsd)} while nobody uses it`;

const assumptions = (traffic: Usage): string[] => [
  `Assumed: ${traffic.publishers} streams published and ${traffic.viewers} watched at a time, ` +
    `${traffic.megabitsPerSecond} Mbit/s each, ${traffic.hoursPerDay} hours a day;`,
  `${traffic.logGigabytes} GB a month into each log group, ${traffic.natGigabytes} GB through NAT gateways.`,
];

function table(rows: readonly Row[]): string[] {
  const lines = rows.map((row) => [
    row.name,
    row.what,
    amount(row.quantity),
    row.unit,
    `${row.confirmed ? "" : "~"}${price(row.priceUsd)}`,
    dollars(row.usd),
  ]);
  const heading = ["resource", "charge", "quantity", "unit", "price", "US dollars"];
  const total = ["total", "", "", "", "", dollars(sumUsd(rows))];
  return columns([heading, ...lines, total], [2, 4, 5]);
}

/** Several stacks side by side, by resource, the dearest first. */
export function comparison(estimates: ReadonlyMap<string, Estimate>): string {
  const all = [...estimates.values()];
  const named = (rows: readonly Row[], name: string) => rows.filter((row) => row.name === name);
  const rows = all.flatMap((estimate) => estimate.rows);
  const names = [...new Set(rows.map(({ name }) => name))];
  const sum = (name: string) => sumUsd(named(rows, name));
  const cell = (found: readonly Row[]) => (found.length === 0 ? "-" : dollars(sumUsd(found)));
  return columns(
    [
      ["resource", ...estimates.keys()],
      ...names
        .sort((a, b) => sum(b) - sum(a))
        .map((name) => [name, ...all.map((estimate) => cell(named(estimate.rows, name)))]),
      ["total", ...all.map(({ totalUsd }) => dollars(totalUsd))],
    ],
    all.map((_, index) => index + 1),
  ).join("\n");
}

const openPoint = ({ name, reason }: NotEstimated): string => `${name}: ${reason}`;

const bulletList = (title: string, points: readonly string[]): string[] =>
  points.length === 0 ? [] : [title, ...points.map((point) => `- ${point}`), ""];

const dollars = (usd: number): string =>
  usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

const amount = (quantity: number): string =>
  quantity.toLocaleString("en-US", { maximumFractionDigits: 2 });

const price = (usd: number): string =>
  usd.toLocaleString("en-US", { maximumSignificantDigits: 4, maximumFractionDigits: 10 });
