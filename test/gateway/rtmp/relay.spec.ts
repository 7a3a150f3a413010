import assert from "node:assert/strict";
import { once } from "node:events";
import { mock } from "node:test";
import { relay } from "../../../gateway/rtmp/relay";
import type { Session } from "../../../gateway/sessions/session";
import { SocketPairs } from "../support/socketPairs";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("RTMP relay", () => {
  let pairs: SocketPairs;
  let session: Session;

  beforeEach(async () => {
    session = {
      id: "s",
      path: "p",
      handle: "",
      bytesIn: 0,
      bytesOut: 0,
      connected: () => {},
      end: () => undefined,
    };
    pairs = new SocketPairs();
    await pairs.listen();
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(async () => {
    mock.timers.reset();
    await pairs.close();
  });

  it("ends a client that takes nothing for 10 s, and not before", async () => {
    const [[client, farClient], [mediamtx, farMediamtx]] = [await pairs.open(), await pairs.open()];
    const over = relay(client, mediamtx, session);
    farClient.pause();
    farMediamtx.write(Buffer.alloc(64 * 1024 * 1024));
    while (!mediamtx.isPaused()) await turn();
    // The kernel may take some more after the first pause.
    for (let still = 0, last = -1; still < 500; still = last === session.bytesOut ? still + 1 : 0) {
      last = session.bytesOut;
      await turn();
    }
    mock.timers.tick(9_999);
    await turn();
    assert.equal(client.destroyed, false);
    mock.timers.tick(1);
    assert.equal(await over, "client-stalled");
  });

  it("gives a client 5 s to close after MediaMTX has", async () => {
    const [[client], [mediamtx, farMediamtx]] = [await pairs.open(), await pairs.open()];
    const over = relay(client, mediamtx, session);
    farMediamtx.end();
    await once(mediamtx, "end");
    mock.timers.tick(4_999);
    await turn();
    assert.equal(client.destroyed, false);
    mock.timers.tick(1);
    assert.equal(await over, "upstream-closed");
  });

  it("tells MediaMTX that a client had ended before", async () => {
    const [[client, farClient], [mediamtx, farMediamtx]] = [await pairs.open(), await pairs.open()];
    farClient.end();
    client.resume();
    await once(client, "end");
    const over = relay(client, mediamtx, session);
    farMediamtx.resume();
    await once(farMediamtx, "end");
    farMediamtx.end();
    assert.equal(await over, "client-closed");
  });

  it("is over at once for sockets that were closed before", async () => {
    const [[client], [mediamtx]] = [await pairs.open(), await pairs.open()];
    client.destroy();
    await once(client, "close");
    assert.equal(await relay(client, mediamtx, session), "client-closed");
  });
});
