import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { engineCommand } from "../../automation/engine/command";
import { defaultLimits, isReadOnly, type Limits } from "../../automation/engine/watchdog";
import { isAlive } from "../local/runtime/fixtures";

/** The SDK's type leaves it out. */
type Run = (
  args: string[],
  cwd: string,
  env: object,
  onOutput: undefined,
  onError: undefined,
  signal: AbortSignal | undefined,
) => Promise<{ readonly stdout: string }>;

describe("a command of the engine's CLI", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "engine-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** A `pulumi` that answers its version, and else does what the script says. */
  async function run(script: string, limits: Partial<Limits> = {}, signal?: AbortSignal) {
    const program = join(folder, "pulumi");
    writeFileSync(program, `#!/bin/sh\n[ "$1" = version ] && echo v3.248.0 && exit\n${script}\n`);
    chmodSync(program, 0o755);
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}` };
    const command = await engineCommand(env, { ...defaultLimits, ...limits });
    const { run } = command as unknown as { run: Run };
    return run(["preview"], folder, {}, undefined, undefined, signal);
  }
  const deaf = "trap '' INT TERM; echo pid $$; while :; do sleep 0.1; done";
  const pidIn = (error: unknown) => Number(/pid (\d+)/.exec(String(error))?.[1]);

  it("that answers is left alone", async () => {
    const { stdout } = await run("echo the plan");
    assert.equal(stdout, "the plan\n");
  });

  it("that changes nothing and never ends is interrupted and killed, with one message", async () => {
    const error = await run(deaf, { readOnlyMs: 60, graceMs: 50 }).catch(String);
    assert.match(String(error), /error: pulumi did not end within 0\.001 minutes, and was ended/);
    assert.equal(isAlive(pidIn(error)), false);
  });

  it("that changes nothing and does not heed the caller's interrupt is killed", async () => {
    const controller = new AbortController();
    controller.abort();
    const error = await run(deaf, { graceMs: 100 }, controller.signal).catch(String);
    assert.equal(isAlive(pidIn(error)), false);
  });

  it("that writes without end is not kept in memory", async () => {
    const lines =
      "i=0; while [ $i -lt 2000 ]; do echo 0123456789; i=$((i+1)); done; echo the end >&2";
    const error = String(await run(lines, { maxOutput: 1000 }).catch(String));
    assert.match(error, /pulumi wrote more than is read of it/);
    assert.ok(error.length < 5000, `${error.length} characters`);
  });

  it("ends with the CLI, whatever of it still holds its output open", async () => {
    const { stdout } = await run("sleep 600 & echo the plan; echo $! > plugin", { drainMs: 50 });
    assert.equal(stdout, "the plan\n");
  });

  it("is only killed where that leaves nothing half made", () => {
    const changing = ["up", "destroy", "refresh"].map((name) => isReadOnly([name, "--yes"]));
    assert.deepEqual(changing, [false, false, false]);
    for (const args of [["preview"], ["stack", "export"], ["destroy", "--preview-only"]]) {
      assert.equal(isReadOnly(args), true, `${args}`);
    }
  });
});
