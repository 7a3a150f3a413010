import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { memoryOf } from "../../../../local/runtime/ecs/memory";
import { Client, freeStack, TestCloud } from "../fixtures";

/** A program that takes this much memory, says so, and waits. */
const hoarder = (mib: number) =>
  `const all = Buffer.alloc(${mib} * 1024 * 1024, 1); console.log(all.length); setInterval(() => {}, 1000);`;

describe("the memory of a task", () => {
  let cloud: TestCloud;
  beforeEach(function () {
    if (!existsSync("/proc/self/status")) this.skip();
    cloud = new TestCloud();
  });
  afterEach(() => cloud?.close());

  it("is that of all processes of its containers", async () => {
    // The shell leads the group, its child has the memory.
    const child = spawn("sh", ["-c", `"$0" -e "$1" | cat`, process.execPath, hoarder(100)], {
      detached: true,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { pid = 0 } = child;
    try {
      await once(child.stdout, "data");
      const mib = memoryOf([pid])?.get(pid) ?? 0;
      assert.ok(mib > 100 && mib < 300, `${mib} MiB`);
    } finally {
      process.kill(-pid, "SIGKILL");
      await once(child, "close");
    }
  });

  it("is a limit: the container that has most of it is killed, and the task is replaced", async () => {
    await cloud.start(await freeStack());
    const from = cloud.statuses.length;
    const client = Client.tcp(cloud.port("plain"));
    await client.line();
    assert.equal(await client.say("hoard 100"), "hoarded");
    client.socket.write("hoard 600\n");
    const { message } = await cloud.until("stopped", "media", from);
    assert.match(
      message,
      /^Essential container in task exited: container gateway OutOfMemoryError: Container killed due to memory usage; the containers of the task hold \d+ MiB of its 512 MiB/,
    );
    await cloud.until("running", "media", from);
    await cloud.until("healthy", "tcp-target", from);
  });

  it("is not limited where there is no /proc, and the runtime says so", async () => {
    await cloud.close();
    cloud = new TestCloud({ processFolder: join(__dirname, "none") });
    await cloud.start(await freeStack());
    const { message } = await cloud.until("problem", "media");
    assert.equal(
      message,
      "the task's memory of 512 MiB is not enforced: this machine has no /proc to measure it by",
    );
  });
});
