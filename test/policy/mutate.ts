/**
 * `npm run mutate:policy`: turns each condition of each rule round, one at a time, and asks the rule's cases whether
 * they notice. Prints the changes that none of them notices, and ends with exit code 1 when there are any.
 */
import { readdirSync, readFileSync } from "node:fs";
import Module from "node:module";
import { basename, join } from "node:path";
import * as ts from "typescript";
import type { Rule } from "../../policy/kit/rule";
import { caseTable } from "./cases";
import { misjudged } from "./judge";
import { type Mutant, mutantsOf } from "./mutants";

const folder = join(__dirname, "../../policy/rules");

/** Changes that make no difference to what a rule says, each with the reason. */
const equivalents: readonly { readonly change: RegExp; readonly reason: string }[] = [
  { change: /^(violation|show): /, reason: "wording, which insecurePorts.spec.ts pins" },
];

/** The rules that a text exports when it stands in place of `file`. */
function rulesIn(file: string, text: string): Rule[] {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  });
  const module = new Module(file) as Module & { _compile(code: string, path: string): void };
  module.filename = file;
  module.paths = (
    Module as unknown as { _nodeModulePaths(path: string): string[] }
  )._nodeModulePaths(folder);
  module._compile(outputText, file);
  return Object.values(module.exports).filter(
    (value): value is Rule => typeof value === "object" && value !== null && "level" in value,
  );
}

/** Whether the cases of any rule in the file see the change. A change that no rule survives loading is seen. */
async function isSeen(file: string, { text }: Mutant): Promise<boolean> {
  try {
    for (const rule of rulesIn(file, text)) {
      const cases = caseTable[rule.name];
      if (cases && (await misjudged(rule, cases)).length > 0) return true;
    }
    return false;
  } catch {
    return true;
  }
}

async function main(): Promise<number> {
  const survivors: string[] = [];
  let all = 0;
  for (const name of readdirSync(folder).sort()) {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const judged = rulesIn(file, text).filter((rule) => rule.name in caseTable);
    if (judged.length === 0 || name === "index.ts") continue;
    const mutants = mutantsOf(file, text);
    all += mutants.length;
    for (const mutant of mutants) {
      if (equivalents.some(({ change }) => change.test(`${mutant.owner}: ${mutant.change}`)))
        continue;
      if (await isSeen(file, mutant)) continue;
      survivors.push(`${basename(file)}:${mutant.line} ${mutant.owner}: ${mutant.change}`);
    }
  }
  for (const survivor of survivors) console.log(`not noticed: ${survivor}`);
  console.log(`${all} changes, ${survivors.length} not noticed`);
  return survivors.length > 0 ? 1 : 0;
}

main().then((code) => {
  process.exitCode = code;
});
