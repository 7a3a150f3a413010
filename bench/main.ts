/**
 * `npm run bench`: the figures of this project, medians with minimum and maximum. Names as arguments choose parts.
 * Measure on a quiet machine.
 */
import { benchApi } from "./api";
import { benchAuth } from "./auth";
import { benchDataPath } from "./dataPath";
import { benchPolicy } from "./policy";
import { benchStart } from "./start";

const parts: Record<string, () => Promise<void>> = {
  start: benchStart,
  policy: benchPolicy,
  "data-path": benchDataPath,
  auth: benchAuth,
  api: benchApi,
};

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) {
    throw new Error(`unknown part ${unknown.join(", ")}; known: ${Object.keys(parts).join(", ")}`);
  }
  for (const [name, bench] of Object.entries(parts)) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n== ${name}`);
    await bench();
  }
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
