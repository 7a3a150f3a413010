/**
 * `npm run diagram -- --stack dev`: draws a stack as it would be deployed or, with `--from-state`, as it is. Writes an
 * SVG and a Mermaid file into the folder `--out`; `--docs` renews those in docs/ in their place. Exit code 2 for wrong
 * options, 1 for everything else that fails.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { diagramOf } from "../automation/diagram/diagram";
import { toMermaid } from "../automation/diagram/mermaid";
import { toSvg } from "../automation/diagram/svg";
import { runCommand, UsageError } from "./command";
import { diagramDocs } from "./diagramDocs";
import { checkout } from "./paths";
import { stackFaults } from "./stackFiles";
import { deployed, deployedLocally } from "./stackResources";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      "from-state": { type: "boolean", default: false },
      out: { type: "string", default: join(checkout, ".local/diagram") },
      docs: { type: "boolean", default: false },
    },
  });
  const { stack, out, docs, "from-state": fromState } = values;
  if (stack === undefined) throw new UsageError("--stack is missing: name one");
  const faults = fromState ? [] : stackFaults([stack]);
  if (faults.length > 0) throw new UsageError(faults.join("\n"));

  const found = await (fromState ? deployed : deployedLocally)([stack]);
  for (const resources of found.values()) {
    const diagram = diagramOf(resources);
    const [svg, mermaid] = [await toSvg(diagram), toMermaid(diagram)];
    const files = docs
      ? diagramDocs(svg, mermaid)
      : new Map([
          [join(out, `${stack}.svg`), svg],
          [join(out, `${stack}.mmd`), mermaid],
        ]);
    if (!docs) mkdirSync(out, { recursive: true });
    for (const [file, text] of files) {
      writeFileSync(file, text);
      console.log(relative(process.cwd(), file));
    }
  }
}

runCommand(main);
