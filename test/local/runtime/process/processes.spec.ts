import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Processes } from "../../../../local/runtime/process/processes";
import { isAlive, pause } from "../fixtures";

/** A process that starts a child with a grandchild through `Processes` and prints all ids. */
const program = `
  const { Processes } = require("./local/runtime/process/processes");
  const { spawn } = require("node:child_process");
  const processes = new Processes();
  const child = spawn("sh", ["-c", "sleep 600 & echo $!; wait"], {
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  processes.adopt(child);
  console.log(child.pid);
`;

describe("child processes", () => {
  const start = async (): Promise<{ parent: ChildProcess; pids: number[] }> => {
    const parent = spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", "-e", program],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const pids: number[] = [];
    if (!parent.stdout) throw new Error("no output");
    for await (const line of createInterface({ input: parent.stdout })) {
      pids.push(Number(line));
      if (pids.length === 2) break;
    }
    assert.ok(pids.every(isAlive));
    return { parent, pids };
  };
  const gone = async (pids: number[]): Promise<void> => {
    while (pids.some(isAlive)) await pause();
  };

  it("end with all their children when they are closed", async () => {
    const processes = new Processes();
    const child = spawn("sh", ["-c", "sleep 600 & echo $!; wait"], { detached: true });
    processes.adopt(child);
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const pids = [Number(child.pid), Number(line)];
    assert.ok(pids.every(isAlive));
    processes.close();
    await gone(pids);
  });

  it("end with all their children when the parent is killed", async () => {
    const { parent, pids } = await start();
    parent.kill("SIGKILL");
    await gone(pids);
  });
});
