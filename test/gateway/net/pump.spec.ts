import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { Writable } from "node:stream";
import { mock } from "node:test";
import { maxBehindMs, pumpToMediamtx, pumpToReader } from "../../../gateway/net/pump";
import { SocketPairs } from "../support/socketPairs";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const backlog = 64 * 1024 * 1024;

const readBytes = 65_536;

/** Reads that are filled to the last byte, one for each {@link pass} while it is not paused. */
class Endless extends EventEmitter {
  #isPaused = false;

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  pass(): void {
    if (!this.#isPaused) this.emit("data", Buffer.alloc(readBytes));
  }
}

/** Takes one write for each {@link take}. */
class SlowReader extends Writable {
  #taken: (() => void) | undefined;

  override _write(_chunk: Buffer, _encoding: string, taken: () => void): void {
    this.#taken = taken;
  }

  take(): void {
    this.#taken?.();
  }
}

describe("a pump to", () => {
  let pairs: SocketPairs;
  let from: Socket;
  let source: Socket;
  let to: Socket;
  let sink: Socket;
  let pumped: number;
  let taken: number;
  let stalls: number;

  beforeEach(async () => {
    [pumped, taken, stalls] = [0, 0, 0];
    pairs = new SocketPairs();
    await pairs.listen();
    [from, source] = await pairs.open();
    [to, sink] = await pairs.open();
    sink.on("data", (data: Buffer) => {
      taken += data.length;
    });
    sink.pause();
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(async () => {
    mock.timers.reset();
    await pairs.close();
  });

  function start(pump: typeof pumpToReader): void {
    const count = (bytes: number) => {
      pumped += bytes;
    };
    pump(from, to, count, () => {
      stalls += 1;
    });
    from.resume();
  }

  /** Until no byte moves any more. */
  async function settle(): Promise<void> {
    for (let still = 0, last = -1; still < 200; still = last === pumped + taken ? still + 1 : 0) {
      last = pumped + taken;
      await turn();
    }
  }

  /** The receiver reads so much and no more. */
  async function take(bytes: number): Promise<void> {
    const enough = taken + bytes;
    sink.resume();
    while (taken < enough) await turn();
    sink.pause();
    await settle();
  }

  describe("a reader", () => {
    beforeEach(async () => {
      start(pumpToReader);
      source.write(Buffer.alloc(backlog));
      await settle();
    });

    it("keeps no more than one read of what the reader does not take", () => {
      assert.ok(to.writableLength > 0 && to.writableLength <= 65_536, `${to.writableLength}`);
      assert.ok(pumped < backlog / 2, `${pumped}`);
    });

    it("tells of one that takes nothing for 10 s, and not before", async () => {
      mock.timers.tick(maxBehindMs - 1);
      assert.equal(stalls, 0);
      mock.timers.tick(1);
      assert.equal(stalls, 1);
    });

    it("goes on with one that catches up in time, and measures anew", async () => {
      mock.timers.tick(maxBehindMs - 1);
      await take(backlog);
      // A read that is filled to the last byte does not tell that it was the last.
      source.write("x");
      await settle();
      mock.timers.tick(maxBehindMs);
      source.write(Buffer.alloc(backlog));
      await settle();
      mock.timers.tick(maxBehindMs - 1);
      assert.equal(stalls, 0);
      mock.timers.tick(1);
      assert.equal(stalls, 1);
    });

    it("does not take one for behind that waits for MediaMTX", async () => {
      await take(backlog);
      mock.timers.tick(3 * maxBehindMs);
      assert.equal(stalls, 0);
    });

    it("forgets one that has gone", async () => {
      to.destroy();
      await turn();
      mock.timers.tick(maxBehindMs);
      assert.equal(stalls, 0);
    });
  });

  describe("a reader of a stream that never pauses", () => {
    it("tells of one that takes a little now and then and does not catch up", () => {
      const endless = new Endless();
      const reader = new SlowReader();
      const count = (bytes: number) => {
        pumped += bytes;
      };
      pumpToReader(endless as unknown as Socket, reader as unknown as Socket, count, () => {
        stalls += 1;
      });
      for (let second = 0; second < 10; second++) {
        assert.equal(stalls, 0);
        endless.pass();
        reader.take();
        endless.pass();
        mock.timers.tick(1_000);
      }
      assert.ok(pumped > 10 * readBytes, `${pumped}`);
      assert.equal(stalls, 1);
    });
  });

  describe("MediaMTX", () => {
    beforeEach(async () => {
      start(pumpToMediamtx);
      source.write(Buffer.alloc(backlog));
      await settle();
    });

    it("goes on while it takes what a client sends faster than it can", async () => {
      for (let second = 1; second < 20; second++) {
        mock.timers.tick(1_000);
        await take(1_000_000);
      }
      assert.equal(stalls, 0);
    });

    it("tells when it takes nothing for 10 s", async () => {
      mock.timers.tick(maxBehindMs);
      assert.equal(stalls, 1);
    });
  });
});
