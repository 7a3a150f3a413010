import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../cloud/paths";

const block = /(<!-- diagram -->\n)[\s\S]*?(<!-- \/diagram -->)/;

/** The files of docs/ that show a diagram, by path, as they should be. */
export function diagramDocs(svg: string, mermaid: string): Map<string, string> {
  const architecture = join(checkout, "docs/ARCHITECTURE.md");
  const text = readFileSync(architecture, "utf8");
  if (!block.test(text)) throw new Error(`${architecture} has no place for the diagram`);
  return new Map([
    [join(checkout, "docs/diagram.svg"), svg],
    [
      architecture,
      text.replace(
        block,
        (_, start: string, end: string) => `${start}\`\`\`mermaid\n${mermaid}\`\`\`\n${end}`,
      ),
    ],
  ]);
}
