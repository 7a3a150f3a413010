import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import { readClientRequest } from "../../../gateway/rtmp/readRequest";
import { RtspConnection } from "../../../gateway/rtsp/connection";
import { freePort } from "../../freePort";
import { until } from "../../until";
import { obs } from "../rtmp/fixtures/conversations";
import { describeRequest } from "../rtsp/peer";
import { FakeAuthorizer } from "../support/fixtures";
import { SocketPairs } from "../support/socketPairs";

describe("a client that waits for its turn in a crowd", () => {
  let pairs: SocketPairs;
  let waiting: (() => void)[];
  /** What the connection has told of the bytes that it holds. */
  let held: number[];
  const timeSlices = { wait: () => new Promise<void>((resolve) => waiting.push(resolve)) };

  beforeEach(async () => {
    waiting = [];
    held = [];
    pairs = new SocketPairs();
    await pairs.listen();
  });
  afterEach(async () => {
    await pairs.close();
  });

  describe("by RTMP", () => {
    const hello = obs("rtmp://h/live", "u:p:cam");
    const hear = (client: Socket, maxBytes = 65_536) =>
      readClientRequest(client, {
        preAuthTimeoutMs: 10_000,
        maxPreAuthBytes: maxBytes,
        timeSlices,
        onHeld: (bytes) => held.push(bytes),
      });

    it("is heard when it comes", async () => {
      const [near, far] = await pairs.open();
      const heard = hear(near);
      far.write(hello);
      await until("it waits", () => waiting.length === 1);
      waiting[0]?.();
      assert.equal((await heard).request.action, "publish");
    });

    it("is heard when it has said all it has to say", async () => {
      const [near, far] = await pairs.open();
      const heard = hear(near);
      far.end(hello);
      assert.equal((await heard).request.action, "publish");
    });

    it("is not heard any more once it has gone", async () => {
      const [near, far] = await pairs.open();
      const heard = hear(near);
      far.write(hello);
      await until("it waits", () => waiting.length === 1);
      near.destroy();
      await assert.rejects(heard, /left before/);
    });

    it("counts with all that it has said, before and after its turn", async () => {
      const [near, far] = await pairs.open();
      const heard = hear(near);
      far.write(hello.subarray(0, 2_000));
      await until("it waits", () => waiting.length === 1);
      waiting[0]?.();
      far.write(hello.subarray(2_000));
      await until("it waits again", () => waiting.length === 2);
      assert.deepEqual([held[0], held.at(-1)], [2_000, hello.length]);
      waiting[1]?.();
      await heard;
    });

    it("is refused without waiting when it says too much", async () => {
      const [near, far] = await pairs.open();
      const heard = hear(near, 2_000);
      far.write(Buffer.alloc(9_000, 3));
      await assert.rejects(heard, /at most 2000 are allowed/);
    });
  });

  describe("by RTSP", () => {
    async function serve(maxPreAuthBytes = 65_536) {
      const [near, far] = await pairs.open();
      const faults: object[] = [];
      const authorizer = new FakeAuthorizer(new Tickets(), () => "bad-credentials");
      new RtspConnection(near, authorizer, {
        ...{
          mediamtxPort: await freePort(),
          preAuthTimeoutMs: 10_000,
          maxPreAuthBytes,
          timeSlices,
        },
        log: (_event, detail) => faults.push(detail),
        onAdmitted: () => {},
        onHeld: (bytes) => held.push(bytes),
      });
      near.resume();
      let heard = "";
      far.on("data", (data) => {
        heard += data.toString("latin1");
      });
      return { far, faults, heard: () => heard };
    }
    const request = describeRequest(1, "Authorization: Basic dTpw\r\n");

    it("is answered when it comes", async () => {
      const { far, heard } = await serve();
      far.write(request);
      await until("it waits", () => waiting.length === 1);
      assert.equal(heard(), "");
      waiting[0]?.();
      await until("it is answered", () => /401 Unauthorized/.test(heard()));
    });

    it("is answered to all that it asked when it has said all it has to say", async () => {
      const { far, heard } = await serve();
      far.end(request + describeRequest(2, "Authorization: Basic dTpx\r\n"));
      await once(far, "end");
      assert.match(heard(), /401 Unauthorized\r\nCSeq: 1.*401 Unauthorized\r\nCSeq: 2/s);
    });

    it("counts with what it has said until it is answered", async () => {
      const { far } = await serve();
      far.write(request);
      await until("it waits", () => waiting.length === 1);
      far.write("OPTIONS");
      await until("the rest has come", () => held.length === 2);
      waiting[0]?.();
      await until("it is refused", () => held.at(-1) === "OPTIONS".length);
      assert.deepEqual(held.slice(0, 2), [request.length, request.length + "OPTIONS".length]);
    });

    it("is told once, and at once, that it says too much", async () => {
      const { far, faults, heard } = await serve(2_000);
      far.write("x".repeat(1_200));
      await until("it waits", () => waiting.length === 1);
      far.write("x".repeat(1_200));
      await once(far, "end");
      assert.match(heard(), /400 /);
      waiting[0]?.();
      await new Promise(setImmediate);
      assert.equal(faults.length, 1);
    });
  });
});
