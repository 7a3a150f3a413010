import { estimate } from "../../automation/cost/estimate";
import { comparison, costReport } from "../../automation/cost/report";
import type { Usage } from "../../policy/pricing/usage";
import { deployed, previewed } from "./stackResources";

export interface CostRequest {
  readonly stacks: readonly string[];
  /** As deployed; else as previewed on the local providers. */
  readonly fromState: boolean;
  readonly json: boolean;
  /** Overrides the stacks' own region. */
  readonly region: string | undefined;
  readonly traffic: Usage;
}

/** Prints what stacks cost in a month, by resource. */
export async function printCost(request: CostRequest): Promise<void> {
  const { stacks, fromState, json, traffic, region } = request;
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
