// `npm run inputs`: renews the table of inputs in local/providers/engine/inputNames.ts after an update of Pulumi's SDKs.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const table = join(root, "local/providers/engine/inputNames.ts");
const lineWidth = 100;

/** Declaration file of a type in its SDK: `aws:lb/listener:Listener` -> `aws/lb/listener.d.ts`. */
function declarationOf(token) {
  const [name, module] = token.split(":");
  const file = module === "index" ? "image" : module.replace("index/", "");
  return readFileSync(join(root, "node_modules/@pulumi", name, `${file}.d.ts`), "utf8");
}

/** The inputs of a resource type as its SDK declares them, "!" after those that are not optional. */
export function inputsOf(token) {
  const body = /export interface \w+Args \{\n([\s\S]*?)\n\}/.exec(declarationOf(token))?.[1] ?? "";
  const names = [...body.matchAll(/^ {4}(\w+)(\??):/gm)].map(
    ([, name, optional]) => name + (optional ? "" : "!"),
  );
  if (names.length === 0) throw new Error(`the SDK declares no inputs of ${token}`);
  return names.sort();
}

function row(token) {
  const lines = [];
  for (const name of inputsOf(token)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + name.length <= lineWidth) {
      lines[lines.length - 1] = `${last} ${name}`;
    } else lines.push(`    ${name}`);
  }
  return `  "${token}": \`\n${lines.join("\n")}\n  \`,\n`;
}

/** The text of the table with the inputs that the installed SDKs declare. */
export function renewed() {
  const text = readFileSync(table, "utf8");
  return text.replace(/^ {2}"([^"]+)": `[^`]*`,\n/gm, (_, token) => row(token));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(table, renewed());
