/** `npm run config:docs`: writes what repeats config/keys.ts: mediaInfraArgs.ts, the table of docs/CONFIGURATION.md, Pulumi.yaml. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { type Key, keys } from "../config/keys";
import { configTable } from "../config/markdownTable";
import { argsInterface } from "./argsInterface";

const root = join(__dirname, "..");

function rewrite(file: string, change: (text: string) => string): void {
  const path = join(root, file);
  writeFileSync(path, change(readFileSync(path, "utf8")));
}

const block = /(<!-- config -->\n)[\s\S]*?(\n<!-- \/config -->)/;

writeFileSync(join(root, "config/mediaInfraArgs.ts"), argsInterface());
rewrite("docs/CONFIGURATION.md", (text) =>
  text.replace(block, (_, start: string, end: string) => start + configTable() + end),
);
rewrite("Pulumi.yaml", (text) => {
  const project = parseDocument(text);
  for (const [name, key] of Object.entries<Key<unknown>>(keys)) {
    const description = `${key.description}; ${key.format.allowed}`;
    project.setIn(["config", name], project.createNode({ description, default: key.default }));
  }
  return project.toString({ lineWidth: 100 });
});
