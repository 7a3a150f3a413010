/**
 * `npm run diagram -- --stack dev`: draws a stack as it would be deployed or, with `--from-state`, as it is. Writes an
 * SVG and a Mermaid file into the folder `--out`; `--docs` renews those in docs/ in their place. Exit code 2 for wrong
 * options, 1 for everything else that fails.
 */
import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../automation/errors";
import type { StackResources } from "../../automation/stackResources";
import { diagramDocs } from "./diagram/diagramDocs";
import { diagramFolder, drawn, writeDiagram } from "./diagram/diagramFiles";
import { runCommand } from "./runCommand";
import { stackFaults } from "./stackFiles";
import { deployed, deployedLocally } from "./stackResources";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      "from-state": { type: "boolean", default: false },
      out: { type: "string", default: diagramFolder },
      docs: { type: "boolean", default: false },
    },
  });
  const { stack, out, docs, "from-state": fromState } = values;
  if (stack === undefined) throw new UsageError("--stack is missing: name one");
  const faults = fromState ? [] : stackFaults([stack]);
  if (faults.length > 0) throw new UsageError(faults.join("\n"));

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

runCommand(main);
