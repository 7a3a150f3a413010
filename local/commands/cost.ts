/**
 * `npm run cost -- --stack prod`: what a stack costs in a month, by resource, from a preview on the local providers or,
 * with `--from-state`, of a deployed stack. Exit code 2 for wrong options, 1 for everything else that fails.
 */
import { estimate } from "../../automation/cost/estimate";
import { comparison, costReport } from "../../automation/cost/report";
import { costOptions } from "./costOptions";
import { runCommand } from "./runCommand";
import { deployed, previewed } from "./stackResources";

async function main(): Promise<void> {
  const { stacks, fromState, json, traffic, region } = costOptions(process.argv.slice(2));
  const found = fromState ? await deployed(stacks) : await previewed(stacks);
  const estimates = new Map(
    [...found].map(([name, stack]) => [name, estimate(stack, { traffic, region })]),
  );
  if (json) {
    console.log(JSON.stringify(Object.fromEntries(estimates), null, 2));
    return;
  }
  const reports = [...estimates].map(([name, one]) => costReport(name, one));
  console.log([...reports, ...(reports.length > 1 ? [comparison(estimates)] : [])].join("\n\n"));
}

runCommand(main);
