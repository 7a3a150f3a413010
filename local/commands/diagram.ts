import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { StackResources } from "../../automation/stackResources";
import { diagramDocs } from "./diagram/diagramDocs";
import { diagramFolder, drawn, writeDiagram } from "./diagram/diagramFiles";
import { deployed, deployedLocally } from "./stackResources";

export interface DiagramRequest {
  readonly stack: string;
  /** As deployed; else as the local providers deploy it. */
  readonly fromState?: boolean;
  /** Folder for `<stack>.svg` and `<stack>.mmd`, `.local/diagram` by default. */
  readonly out?: string;
  /** Renews the diagrams of docs/ instead. */
  readonly docs?: boolean;
}

/** Draws a stack and prints the paths of the files. */
export async function drawDiagram(request: DiagramRequest): Promise<void> {
  const { stack, fromState, out = diagramFolder, docs } = request;
  const found = await (fromState ? deployed : deployedLocally)([stack]);
  for (const resources of found.values()) {
    const files = docs ? await renewDocs(resources) : await writeDiagram(resources, stack, out);
    for (const file of files) console.log(relative(process.cwd(), file));
  }
}

async function renewDocs(resources: StackResources): Promise<string[]> {
  const { svg, mermaid } = await drawn(resources);
  const files = diagramDocs(svg, mermaid);
  for (const [file, text] of files) writeFileSync(file, text);
  return [...files.keys()];
}
