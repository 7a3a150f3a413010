import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { mock } from "node:test";
import { HlsSession } from "../../../gateway/hls/sessions";
import { transferBody } from "../../../gateway/hls/transfer";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("an HLS transfer", () => {
  let session: HlsSession;
  let reasons: string[];
  let player: PassThrough;

  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    reasons = [];
    session = new HlsSession("cam", "192.0.2.1");
    const end = (reason: string) => reasons.push(reason);
    session.admitted({
      id: "id",
      path: "cam",
      handle: "",
      bytesIn: 0,
      bytesOut: 0,
      connected: () => {},
      end,
    });
    player = new PassThrough();
  });
  afterEach(() => {
    player.destroy();
    mock.timers.reset();
  });

  async function start(pieces: number): Promise<void> {
    const body = Readable.from(Array.from({ length: pieces }, () => Buffer.alloc(16_384)));
    transferBody(body, player, session).pipe(player);
    await turn();
  }

  it("ends the session of a player that takes nothing for 10 s, and not before", async () => {
    await start(1_000);
    mock.timers.tick(9_999);
    assert.deepEqual(reasons, []);
    mock.timers.tick(1);
    assert.deepEqual(reasons, ["client-stalled"]);
  });

  it("ends the session of a player that takes a little now and then, after 30 s", async () => {
    await start(1_000);
    for (let second = 0; second < 30; second++) {
      assert.deepEqual(reasons, []);
      assert.ok(player.read(16_384));
      await turn();
      mock.timers.tick(1_000);
    }
    assert.deepEqual(reasons, ["client-stalled"]);
  });

  it("waits for MediaMTX as long as it takes", async () => {
    const body = new PassThrough();
    transferBody(body, player, session).pipe(player).resume();
    body.write("half a segment");
    await turn();
    mock.timers.tick(60_000);
    assert.deepEqual(reasons, []);
  });

  it("is measured no more once it is over", async () => {
    await start(4);
    player.resume();
    while (!player.readableEnded) await turn();
    await turn();
    mock.timers.tick(60_000);
    assert.deepEqual(reasons, []);
  });
});
