import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { everythingHostile } from "../gateway/hostile";

export interface Task {
  /** Which of {@link everythingHostile}. */
  readonly index: number;
  readonly inputs: number;
  readonly seed: number;
  readonly maxMsPerInput: number;
}

/** Inputs done so far; at last the fault, if there was one. */
export type Report = { readonly done: number } | { readonly fault: string | undefined };

const progressEvery = 500;

function run({ index, inputs, seed, maxMsPerInput }: Task, tell: (report: Report) => void): void {
  const hostile = everythingHostile[index];
  if (!hostile) throw new Error(`there is no reader ${index}`);
  const msOf = (input: unknown) => {
    const started = performance.now();
    hostile.survive(input);
    return performance.now() - started;
  };
  let done = 0;
  const property = fc.property(hostile.inputs, (input) => {
    // A slow one is tried again: the machine may have been busy elsewhere.
    if (msOf(input) > maxMsPerInput && msOf(input) > maxMsPerInput) {
      tell({ done });
      throw new Error(`takes more than ${maxMsPerInput} ms`);
    }
    if (++done % progressEvery === 0) tell({ done });
  });
  const outcome = fc.check(property, { numRuns: inputs, seed });
  tell({ fault: outcome.failed ? fc.defaultReportMessage(outcome)?.slice(0, 2_000) : undefined });
}

if (parentPort) run(workerData as Task, (report) => parentPort?.postMessage(report));
