import { InvalidArgumentError, Option, type OptionValues } from "commander";
import type { CostRequest } from "../../local/commands/cost";
import { stackFaults } from "../../local/commands/stackFiles";
import { defaultUsage, type Usage } from "../../policy/pricing/usage";
import { CliCommand, RepeatableOption } from "../commandLine/cliCommand";
import { fromStateOption } from "../commandLine/options";

/** What is assumed of the traffic: option, its field, description, largest value. */
const usageOptions = [
  ["--publishers", "publishers", "streams that are published at a time", 10_000],
  ["--viewers", "viewers", "streams that are watched at a time", 1_000_000],
  ["--mbps", "megabitsPerSecond", "Mbit/s of each stream", 1000],
  ["--hours-per-day", "hoursPerDay", "hours a day in which they are", 24],
  ["--log-gb", "logGigabytes", "GB a month that are written to each log group", 100_000],
  ["--nat-gb", "natGigabytes", "GB a month through the NAT gateways", 100_000],
] as const satisfies readonly (readonly [string, keyof Usage, string, number])[];

export function costCommand(): CliCommand {
  const command = new CliCommand("cost")
    .description("Estimates what a stack costs in a month, or compares several.")
    .addOption(new RepeatableOption("--stack <stack>", "name of a stack").makeOptionMandatory())
    .addOption(fromStateOption())
    .addOption(new Option("--region <region>", "region, in place of the stacks' own"))
    .addOption(new Option("--json", "all amounts as one JSON object"))
    .rule(({ stack = [], fromState }) => (fromState ? [] : stackFaults(stack)))
    .examples(
      "npm run cost -- --stack prod",
      "npm run cost -- --stack dev --stack prod --viewers 200 --hours-per-day 8",
    )
    .action(async (options) => {
      const { printCost }: typeof import("../../local/commands/cost") =
        require("../../local/commands/cost");
      await printCost(costRequest(options));
    });
  for (const [name, field, description, most] of usageOptions) {
    command.addOption(
      new Option(`${name} <number>`, description)
        .argParser((text) => readNumber(text, most))
        .default(defaultUsage[field]),
    );
  }
  return command;
}

export const costRequest = (options: OptionValues): CostRequest => ({
  stacks: [...new Set<string>(options.stack)],
  fromState: options.fromState === true,
  json: options.json === true,
  region: options.region,
  traffic: {
    publishers: options.publishers,
    viewers: options.viewers,
    megabitsPerSecond: options.mbps,
    hoursPerDay: options.hoursPerDay,
    logGigabytes: options.logGb,
    natGigabytes: options.natGb,
  },
});

function readNumber(text: string, most: number): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) <= most) return Number(text);
  throw new InvalidArgumentError(`allowed: a number from 0 to ${most}`);
}
