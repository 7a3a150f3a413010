import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { mock } from "node:test";
import { Worker } from "node:worker_threads";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import type { OpenSource } from "../../../gateway/sources/sourceRelays";
import { SourcesWorker, sourcesResourceLimits } from "../../../gateway/sources/sourcesWorker";
import { freePort } from "../../freePort";
import { until } from "../../until";
import { accepts } from "../support/fixtures";
import { memoryLog } from "../support/memoryLog";

describe("the sources' worker", function () {
  this.timeout(25_000);
  let log = memoryLog();
  let started: Worker[] = [];
  let sources: SourcesWorker;

  const start = () => {
    const worker = new Worker(require.resolve("./sourcesUnderTest.ts"), {
      execArgv: ["-r", "ts-node/register/transpile-only"],
      resourceLimits: sourcesResourceLimits,
    });
    started.push(worker);
    return worker;
  };
  const lines = (msg: string) => log.lines().filter((line) => line.msg === msg);
  const restarted = () =>
    until(
      "it is started again",
      () => lines("sources worker ended and is started again").length > 0,
    );
  const isServed = (source: OpenSource) =>
    until("the relay is back on its port", () => accepts(source.port));

  beforeEach(() => {
    log = memoryLog();
    started = [];
    sources = new SourcesWorker(log.log, start);
  });
  afterEach(() => sources.close());

  it("starts with the first source, opens relays, says what it refuses, and frees their ports", async () => {
    assert.equal(started.length, 0);
    const port = await freePort();
    const source = await sources.open("cam", `rtsp://u:p@camera.test:${port}/x`);
    assert.equal(source.url, `rtsp://u:p@127.0.0.1:${source.port}/x`);
    assert.equal(await accepts(source.port), true);
    await until("the refusal is logged", () => lines("source refused").length > 0);
    const [{ stream, reason } = {}] = lines("source refused");
    assert.deepEqual([stream, reason], ["cam", "the source cannot be reached: ECONNREFUSED"]);
    await assert.rejects(sources.open("cam", "file:///etc/passwd"), /source must be a URL/);
    source.close();
    await until("the port is free", async () => !(await accepts(source.port)));
    assert.equal(started.length, 1);
  });

  for (const [path, reason] of [
    ["throws", "E_TEST"],
    ["grows", "ERR_WORKER_OUT_OF_MEMORY"],
  ] as const) {
    it(`that ${path} is logged without a login and started again with its relays on their ports`, async () => {
      const kept = await sources.open("kept", "rtsp://camera.test:554/x");
      void sources.open(path, "rtsp://u:canary@camera.test:554/x").catch(() => {});
      await restarted();
      await isServed(kept);
      assert.deepEqual(
        lines("sources worker failed").map((line) => line.reason),
        [reason],
      );
      assert.doesNotMatch(log.text(), /canary/);
      assert.equal(kept.isLost, false);
    });
  }

  it("that does not answer is ended and started again", async () => {
    mock.timers.enable({ apis: ["setInterval"] });
    const hanging = new SourcesWorker(log.log, start);
    try {
      const kept = await hanging.open("kept", "rtsp://camera.test:554/x");
      const source = hanging.open("hangs", "rtsp://camera.test:554/x");
      void source.catch(() => {});
      const opened = await source.catch(() => undefined);
      mock.timers.tick(25_000);
      await restarted();
      assert.equal(lines("sources worker does not answer").length, 1);
      await isServed(kept);
      opened?.close();
    } finally {
      mock.timers.reset();
      await hanging.close();
    }
  });

  it("leaves the gateway's event loop free while it is busy", async () => {
    await sources.open("kept", "rtsp://camera.test:554/x");
    void sources.open("hangs", "rtsp://camera.test:554/x").catch(() => {});
    let turns = 0;
    while (turns < 1_000) {
      await new Promise(setImmediate);
      turns++;
    }
    assert.equal(turns, 1_000);
  });

  it("has a path configured again when its port was taken meanwhile", async () => {
    const writes: string[] = [];
    const forward = async (_method: string, _target: string, body?: object) => {
      writes.push((body as { source: string }).source);
      return { status: 200, body: {} };
    };
    const paths = new PathConfigurations({ forward }, sources);
    const settings = { source: "rtsp://camera.test:554/x" };
    await paths.replace("cam", settings, "lease");
    const port = Number(new URL(writes[0] ?? "").port);
    const other: Server = createServer();
    started[0]?.once("exit", () => other.listen(port, "127.0.0.1"));
    const isTaken = once(other, "listening");
    await started[0]?.terminate();
    await isTaken;
    await until("its path is not in step", () => paths.list().get("cam")?.isApplied === false);
    assert.equal(lines("source lost; its path is configured again").length, 1);
    await paths.replace("cam", settings, "lease");
    assert.equal(writes.length, 2);
    assert.notEqual(Number(new URL(writes[1] ?? "").port), port);
    assert.equal(paths.list().get("cam")?.isApplied, true);
    paths.close();
    other.close();
  });

  it("that ends at once each time is started with longer and longer pauses", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const begun: number[] = [];
    const dying = new SourcesWorker(log.log, () => {
      begun.push(begun.length);
      const worker = new Worker("process.exit(1)", { eval: true });
      return worker;
    });
    try {
      await assert.rejects(dying.open("cam", "rtsp://camera.test/x"), /worker has ended/);
      for (const delayMs of [100, 200, 400]) {
        const before = begun.length;
        const ended = lines("sources worker ended and is started again").length;
        mock.timers.tick(delayMs - 1);
        assert.equal(begun.length, before);
        mock.timers.tick(1);
        assert.equal(begun.length, before + 1);
        while (lines("sources worker ended and is started again").length === ended) {
          await new Promise(setImmediate);
        }
      }
    } finally {
      mock.timers.reset();
      await dying.close();
    }
  });
});
