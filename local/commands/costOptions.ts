import { parseArgs } from "node:util";
import { UsageError } from "../../automation/errors";
import { defaultUsage, type Usage } from "../../policy/pricing/usage";
import { stackFaults } from "./stackFiles";

export interface CostOptions {
  readonly stacks: readonly string[];
  readonly fromState: boolean;
  readonly json: boolean;
  /** In place of the stacks' own. */
  readonly region: string | undefined;
  readonly traffic: Usage;
}

/** Option, field, largest value. */
const numbers = [
  ["publishers", "publishers", 10_000],
  ["viewers", "viewers", 1_000_000],
  ["mbps", "megabitsPerSecond", 1000],
  ["hours-per-day", "hoursPerDay", 24],
  ["log-gb", "logGigabytes", 100_000],
  ["nat-gb", "natGigabytes", 100_000],
] as const satisfies readonly (readonly [string, keyof Usage, number])[];

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;

/**
 * Reads the command line of `npm run cost`.
 *
 * @throws UsageError with all that is wrong with the values
 */
export function costOptions(args: readonly string[]): CostOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stack: { type: "string", multiple: true, default: [] },
      "from-state": flag,
      json: flag,
      region: text,
      publishers: text,
      viewers: text,
      mbps: text,
      "hours-per-day": text,
      "log-gb": text,
      "nat-gb": text,
    },
  });
  const stacks = [...new Set(values.stack)];
  const faults = [
    ...(stacks.length === 0 ? ["--stack is missing: name one, or several to compare"] : []),
    ...(values["from-state"] ? [] : stackFaults(stacks)),
    ...numbers.flatMap(([option, , most]) => numberFaults(option, values[option], most)),
  ];
  if (faults.length > 0) throw new UsageError(faults.join("\n"));
  const given = numbers.flatMap(([option, field]) =>
    values[option] === undefined ? [] : [[field, Number(values[option])]],
  );
  return {
    stacks,
    fromState: values["from-state"],
    json: values.json,
    region: values.region,
    traffic: { ...defaultUsage, ...Object.fromEntries(given) },
  };
}

function numberFaults(option: string, value: string | undefined, most: number): string[] {
  if (value === undefined || (/^\d+(\.\d+)?$/.test(value) && Number(value) <= most)) return [];
  return [`--${option} is "${value}", allowed: a number from 0 to ${most}`];
}
