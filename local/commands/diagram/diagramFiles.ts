import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { diagramOf } from "../../../automation/diagram/diagram";
import { toMermaid } from "../../../automation/diagram/mermaid";
import { toSvg } from "../../../automation/diagram/svg";
import type { StackResources } from "../../../automation/stackResources";
import { checkout } from "../../cloud/paths";

/** Where diagrams go unless another folder is named. */
export const diagramFolder = join(checkout, ".local/diagram");

/** A stack's diagram as SVG and as Mermaid. */
export async function drawn(resources: StackResources): Promise<{ svg: string; mermaid: string }> {
  const diagram = diagramOf(resources);
  return { svg: await toSvg(diagram), mermaid: toMermaid(diagram) };
}

/** Writes `<stack>.svg` and `<stack>.mmd` into a folder; answers their paths. */
export async function writeDiagram(
  resources: StackResources,
  stack: string,
  folder: string,
): Promise<string[]> {
  const { svg, mermaid } = await drawn(resources);
  mkdirSync(folder, { recursive: true });
  const files: [string, string][] = [
    [join(folder, `${stack}.svg`), svg],
    [join(folder, `${stack}.mmd`), mermaid],
  ];
  for (const [file, text] of files) writeFileSync(file, text);
  return files.map(([file]) => file);
}
