import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Those that take longest, slowest first: a worker that began one last would go on alone. */
const slowSpecs = [
  "changes",
  "revocation",
  "start",
  "walkthrough",
  "stackLifecycle",
  "deploy",
  "page",
  "smoke",
  "rollback",
  "clients-ffmpeg",
];

/** Specs that start systems of their own. */
const startFolder = join(__dirname, "../start");

const bytesPerWorker = 2 * 2 ** 30;

const nameOf = (file: string) => basename(file, ".spec.ts");

function rank(file: string): number {
  const index = slowSpecs.indexOf(nameOf(file));
  return index === -1 ? slowSpecs.length : index;
}

/**
 * Paths of the end-to-end specs, slowest first, or of those named (`smoke` = `smoke.spec.ts`). Where one process runs
 * them all, those of `test/start` come last: they end the system that the others share. Throws when a name has no spec.
 */
export function specFiles(names: readonly string[] = [], inOneProcess = false): string[] {
  const files = [__dirname, startFolder]
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((file) => file.endsWith(".spec.ts"))
    .sort((a, b) => rank(a) - rank(b));
  const known = files.map(nameOf);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new Error(`no end-to-end spec ${unknown.join(", ")}; there are: ${known.join(", ")}`);
  }
  const wanted = names.length === 0 ? files : files.filter((file) => names.includes(nameOf(file)));
  const endsSystem = (file: string) => inOneProcess && dirname(file) === startFolder;
  return [...wanted.filter((file) => !endsSystem(file)), ...wanted.filter(endsSystem)];
}

/** Spec files at a time: they wait more than they compute, and a system with its clients needs up to 2 GiB. */
export function workerCount(cores: number, memoryBytes: number): number {
  return Math.max(1, Math.min(cores + 1, Math.floor(memoryBytes / bytesPerWorker)));
}
