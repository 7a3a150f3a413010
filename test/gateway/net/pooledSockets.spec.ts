import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import {
  connectPooled,
  copyOut,
  release,
  withPooledReads,
  writeAndRelease,
} from "../../../gateway/net/pooledSockets";
import { until } from "../../until";
import { SocketPairs } from "../support/socketPairs";

const kinds: [string, (port: number) => Socket, (accepted: Socket) => Socket][] = [
  ["a connection to MediaMTX", connectPooled, (accepted) => accepted],
  [
    "a client's connection",
    (port) => connect({ port, host: "127.0.0.1", allowHalfOpen: true }),
    withPooledReads,
  ],
];
for (const [name, dial, accept] of kinds) {
  describe(name, () => {
    let server: Server;
    /** The end that reads like the gateway's, and the other one. */
    let near: Socket;
    let far: Socket;

    beforeEach(async () => {
      server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const dialled = dial((server.address() as AddressInfo).port);
      const [accepted] = (await once(server, "connection")) as [Socket];
      const taken = accept(accepted);
      [near, far] = taken === accepted ? [dialled, taken] : [taken, dialled];
      for (const socket of [near, far]) socket.on("error", () => undefined);
      if (far.connecting) await once(far, "connect");
    });
    afterEach(async () => {
      near.destroy();
      far.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it("gives every byte in order, whether what it read is released, kept or held in turns", async () => {
      const sent = randomBytes(3_000_000);
      const read: Buffer[] = [];
      const take = [
        (data: Buffer) => data,
        copyOut,
        (data: Buffer) => {
          const copy = Buffer.from(data);
          release(data);
          return copy;
        },
      ];
      near.on("data", (data: Buffer) => read.push(take[read.length % take.length]?.(data) ?? data));
      near.resume();
      far.end(sent);
      await once(near, "end");
      assert.ok(Buffer.concat(read).equals(sent));
    });

    it("reads small amounts until more comes than these hold, and again when little comes", async () => {
      const sizes: number[] = [];
      near.on("data", (data: Buffer) => {
        sizes.push(data.buffer.byteLength);
        release(data);
      });
      near.resume();
      const say = async (bytes: number) => {
        const before = near.bytesRead;
        far.write(Buffer.alloc(bytes));
        await until("it has come", () => near.bytesRead === before + bytes);
      };
      await say(100);
      assert.deepEqual(sizes.splice(0), [4_096]);
      await say(50_000);
      assert.equal(sizes.splice(0).at(-1), 65_536);
      for (let some = 0; some < 16; some++) await say(100);
      assert.equal(sizes.splice(0).at(-1), 65_536);
      await say(100);
      assert.deepEqual(sizes, [4_096]);
    });

    it("goes on reading small amounts while whoever listens keeps them", async () => {
      const sizes = new Set<number>();
      near.on("data", (data: Buffer) => {
        sizes.add(data.buffer.byteLength);
        copyOut(data);
      });
      near.resume();
      far.write(Buffer.alloc(50_000));
      await until("it has come", () => near.bytesRead === 50_000);
      assert.deepEqual([...sizes], [4_096]);
    });

    it("reads nothing while it is paused, and goes on after", async () => {
      let bytes = 0;
      near.on("data", (data: Buffer) => {
        bytes += data.length;
        near.pause();
      });
      near.resume();
      far.write(Buffer.alloc(1_000_000));
      await until("the first has come", () => bytes > 0);
      const first = bytes;
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(bytes, first);
      near.on("data", () => near.resume());
      near.resume();
      await until("all has come", () => bytes === 1_000_000);
    });

    it("ends on its own in either direction", async () => {
      near.on("data", () => {}).resume();
      far.end("last");
      await once(near, "end");
      near.end("still here");
      far.resume();
      const [data] = (await once(far, "data")) as [Buffer];
      assert.equal(data.toString(), "still here");
    });
  });
}

describe("what a client's connection has read", () => {
  const pairs = new SocketPairs();
  before(() => pairs.listen());
  after(() => pairs.close());

  it("reaches a receiver that falls behind unchanged, while reading goes on", async () => {
    const [from, source] = await pairs.open();
    const [to, sink] = await pairs.open();
    let bytes = 0;
    from.on("data", (data: Buffer) => {
      bytes += data.length;
      writeAndRelease(data, to);
    });
    from.resume();
    const sent: Buffer[] = [];
    const send = async () => {
      const piece = randomBytes(3_000);
      sent.push(piece);
      const whole = bytes + piece.length;
      source.write(piece);
      while (bytes < whole) await new Promise((resolve) => setImmediate(resolve));
    };
    sink.pause();
    while (to.writableLength === 0) await send();
    for (let more = 0; more < 3; more++) await send();
    const received: Buffer[] = [];
    sink.on("data", (data: Buffer) => received.push(data)).resume();
    to.end();
    await once(sink, "end");
    assert.ok(Buffer.concat(received).equals(Buffer.concat(sent)));
  });

  it("takes no more memory than its bytes when many small pieces wait", async () => {
    const [from, source] = await pairs.open();
    const [to] = await pairs.open();
    // So full that every further byte waits.
    while (to.write(Buffer.alloc(1_000_000))) await new Promise((resolve) => setImmediate(resolve));
    const waiting = to.writableLength;
    const held = new Set<ArrayBufferLike>();
    let bytes = 0;
    from.on("data", (data: Buffer) => {
      held.add(data.buffer);
      bytes += data.length;
      writeAndRelease(data, to);
    });
    from.resume();
    for (let piece = 1; piece <= 10; piece++) {
      source.write("x");
      await until("it has come", () => bytes === piece);
    }
    assert.equal(to.writableLength, waiting + 10);
    assert.equal(held.size, 1);
  });
});
