/**
 * `npm run mutate:policy [-- part of a path]`: inverts each condition of the pack, one at a time, and runs the cases of
 * the rules in its file, or the specs where the file holds no rule. Prints the changes that no test detects, and exits
 * with 1 when there are any.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import type { Rule } from "../../../policy/kit/rule";
import { loadUnchecked, withOverride } from "./moduleOverride";
import { type Mutant, mutantsOf } from "./mutants";

const pack = join(__dirname, "../../../policy");

/** Not mutated: the file is read once per process, and pack.spec.ts starts one for each environment. */
const leftOut = "kit/environment.ts";

/** Changes that make no difference to what a rule says, each with the reason. */
const equivalents: readonly { readonly change: RegExp; readonly reason: string }[] = [
  { change: /^(violation|show): /, reason: "wording, which insecurePorts.spec.ts pins" },
];

/** Whether the cases of any rule in the file see the change; undefined where it has no rule with cases. */
async function isSeenByCases(file: string): Promise<boolean | undefined> {
  const { caseTable } = require("../cases") as typeof import("../cases");
  const { caseMismatches } =
    require("../rules/caseMismatches") as typeof import("../rules/caseMismatches");
  const tested = Object.values(require(file)).flatMap((rule) => {
    const cases = isRule(rule) ? caseTable[rule.name] : undefined;
    return cases ? [{ rule: rule as Rule, cases }] : [];
  });
  for (const { rule, cases } of tested) {
    if ((await caseMismatches(rule, cases)).length > 0) return true;
  }
  return tested.length > 0 ? false : undefined;
}

const isRule = (value: unknown): value is Rule =>
  typeof value === "object" && value !== null && "level" in value;

const silent = class {};
const specs = [
  ...["rules", "stack", "cost", "insecurePorts"].map((name) => `rules/${name}`),
  ...["kit", "waivers"].map((name) => `kit/${name}`),
];

/** Whether a spec of the rules fails. */
async function isSeenBySpecs(): Promise<boolean> {
  const mocha = new Mocha({ reporter: silent as never, bail: true, timeout: 60_000 });
  for (const spec of specs) mocha.addFile(join(__dirname, `../${spec}.spec.ts`));
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  mocha.dispose();
  return failures > 0;
}

/** A change with which the pack does not even load is seen. */
async function isSeen(file: string, { text }: Mutant): Promise<boolean> {
  try {
    return await withOverride(
      file,
      text,
      async () => (await isSeenByCases(file)) ?? (await isSeenBySpecs()),
    );
  } catch {
    return true;
  }
}

const sourcesIn = (folder: string): string[] =>
  readdirSync(join(pack, folder), { encoding: "utf8", recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .sort();

async function main(): Promise<number> {
  loadUnchecked();
  if (await isSeenBySpecs()) throw new Error("the specs fail without any change");
  const only = process.argv[2] ?? "";
  const survivors: string[] = [];
  let all = 0;
  for (const folder of ["rules", "kit", "aws", "exposure"]) {
    for (const name of sourcesIn(folder)) {
      const part = `${folder}/${name}`;
      if (part === leftOut || !part.includes(only)) continue;
      const file = join(pack, folder, name);
      const mutants = mutantsOf(file, readFileSync(file, "utf8"));
      all += mutants.length;
      for (const mutant of mutants) {
        const told = `${mutant.owner}: ${mutant.change}`;
        if (equivalents.some(({ change }) => change.test(told))) continue;
        if (await isSeen(file, mutant)) continue;
        survivors.push(`${part}:${mutant.line} ${told}`);
      }
    }
  }
  for (const survivor of survivors) console.log(`not noticed: ${survivor}`);
  console.log(`${all} changes, ${survivors.length} not noticed`);
  return survivors.length > 0 ? 1 : 0;
}

main().then((code) => {
  process.exitCode = code;
});
