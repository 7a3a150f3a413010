/**
 * `npm run fuzz -- [inputs] [seed]`: the suite's malformed inputs in number, 1,000,000 by default, and the worst inputs of
 * each parser of foreign bytes. One step may hold the event loop for 30 ms, and memory may not grow beyond a bound. Exit
 * code 1 on the first that fails, hangs, holds or grows; the seed it prints makes the same inputs again.
 */
import { Worker } from "node:worker_threads";
import { everyParser } from "../gateway/parsers/everyParser";
import type { Report, Task } from "./worker";

const maxMsPerInput = 30;
/** A worker that is stuck in one input says nothing for so long; starting it takes some of this. */
const maxSilenceMs = 60_000;
const maxHeapMiB = 512;

const [inputs = 1_000_000, seed = Date.now() & 0x7fffffff] = process.argv.slice(2).map(Number);
if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) {
  console.error("usage: npm run fuzz -- [inputs, from 1] [seed, an integer]");
  process.exit(2);
}

/** Resolves to what went wrong, or to the longest step in milliseconds. */
function fuzz(task: Task, onProgress: (done: number) => void): Promise<string | number> {
  return new Promise((resolve) => {
    const worker = new Worker(require.resolve("./worker.ts"), {
      workerData: task,
      execArgv: ["-r", "ts-node/register/transpile-only"],
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMiB },
    });
    let silence: NodeJS.Timeout;
    const finish = (outcome: string | number) => {
      clearTimeout(silence);
      void worker.terminate();
      resolve(outcome);
    };
    const listen = () => {
      clearTimeout(silence);
      silence = setTimeout(() => finish(`hangs: nothing for ${maxSilenceMs} ms`), maxSilenceMs);
    };
    listen();
    worker.on("message", (report: Report) => {
      listen();
      if ("done" in report) onProgress(report.done);
      else finish(report.fault ?? report.longestMs);
    });
    worker.on("error", (error) => finish(`${error.name}: ${error.message}`));
    worker.on("exit", (code) => finish(`its thread ended with code ${code}`));
  });
}

async function main(): Promise<void> {
  const each = Math.ceil(inputs / everyParser.length);
  console.log(`${each * everyParser.length} inputs, seed ${seed}`);
  for (const [index, { name }] of everyParser.entries()) {
    const started = performance.now();
    const show = (done: number) => process.stdout.write(`\r${name}: ${done} of ${each} `);
    const task = { index, inputs: each, seed, maxMsPerInput };
    const outcome = await fuzz(task, process.stdout.isTTY ? show : () => {});
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (typeof outcome === "string") {
      console.log(`\r${name}: ${outcome}`);
      process.exit(1);
    }
    console.log(`\r${name}: ${each} inputs, ${seconds} s, longest step ${outcome.toFixed(1)} ms`);
  }
}

void main();
