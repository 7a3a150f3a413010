import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { everyParser } from "../gateway/parsers/everyParser";

export interface Task {
  /** Which of {@link everyParser}. */
  readonly index: number;
  readonly inputs: number;
  readonly seed: number;
  readonly maxMsPerInput: number;
}

/** Inputs done so far; at last the fault, if there was one, and the longest step. */
export type Report =
  | { readonly done: number }
  | { readonly fault: string | undefined; readonly longestMs: number };

const progressEvery = 500;
/** A slower step is tried again: its code was not compiled yet. */
const retryMs = 5;
const maxTries = 5;

function run({ index, inputs, seed, maxMsPerInput }: Task, tell: (report: Report) => void): void {
  const parser = everyParser[index];
  if (!parser) throw new Error(`there is no parser ${index}`);
  let done = 0;
  let longestMs = 0;
  /** Neither more than has gone by nor more than the processor has worked: the machine may be busy elsewhere. */
  const msOf = (input: unknown) => {
    const started = performance.now();
    const worked = process.cpuUsage();
    parser.survive(input);
    const { user, system } = process.cpuUsage(worked);
    return Math.min(performance.now() - started, (user + system) / 1_000);
  };
  const step = (input: unknown) => {
    let ms = msOf(input);
    for (let tries = 1; ms > retryMs && tries < maxTries; tries++) {
      ms = Math.min(ms, msOf(input));
    }
    if (ms > maxMsPerInput) throw new Error(`holds the event loop for ${Math.round(ms)} ms`);
    longestMs = Math.max(longestMs, ms);
    if (++done % progressEvery === 0) tell({ done });
  };
  const finish = (fault: string | undefined) => tell({ fault: fault?.slice(0, 2_000), longestMs });
  const outcome = fc.check(fc.property(parser.inputs, step), { numRuns: inputs, seed });
  if (outcome.failed) {
    finish(fc.defaultReportMessage(outcome));
    return;
  }
  let last: unknown;
  try {
    for (const input of parser.worst?.() ?? []) {
      last = input;
      step(input);
    }
    finish(undefined);
  } catch (error) {
    finish(`${error instanceof Error ? error.message : error}, at its worst: ${show(last)}`);
  }
}

const show = (input: unknown): string => JSON.stringify(input)?.slice(0, 200) ?? String(input);

if (parentPort) run(workerData as Task, (report) => parentPort?.postMessage(report));
