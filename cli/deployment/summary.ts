import { relative } from "node:path";
import { estimate, RegionError } from "../../automation/cost/estimate";
import { costSummary } from "../../automation/cost/report";
import { deployedResources, type StackResources } from "../../automation/stackResources";
import { diagramFolder, writeDiagram } from "../../local/commands/diagram/diagramFiles";

/** What a deployed stack costs a month, and where its picture is. `exported` is what `pulumi stack export` answers. */
export async function summary(stack: string, exported: unknown): Promise<string[]> {
  const resources = deployedResources(exported);
  const files = await writeDiagram(resources, stack, diagramFolder);
  const paths = files.map((file) => relative(process.cwd(), file));
  return [costOf(stack, resources), `Diagram: ${paths.join(", ")}`];
}

function costOf(stack: string, resources: StackResources): string {
  try {
    return costSummary(stack, estimate(resources));
  } catch (error) {
    if (error instanceof RegionError) return error.message;
    throw error;
  }
}
