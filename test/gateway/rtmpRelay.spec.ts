import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { mock } from "node:test";
import type { Session } from "../../gateway/gatekeeper";
import { relay } from "../../gateway/rtmp/relay";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("RTMP relay", () => {
  let server: Server;
  let sockets: Socket[];
  let session: Session;

  /** Both ends of a connection. */
  async function pair(): Promise<[near: Socket, far: Socket]> {
    const address = server.address();
    assert.ok(typeof address === "object" && address);
    const far = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
    const [near] = (await once(server, "connection")) as [Socket];
    for (const socket of [near, far]) socket.on("error", () => undefined);
    sockets.push(near, far);
    return [near, far];
  }

  beforeEach(async () => {
    sockets = [];
    session = { id: "s", path: "p", bytesIn: 0, bytesOut: 0, end: () => undefined };
    server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    mock.timers.enable({ apis: ["setTimeout"] });
  });
  afterEach(async () => {
    mock.timers.reset();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  it("ends a client that takes nothing for 30 s, and not before", async () => {
    const [[client, farClient], [mediamtx, farMediamtx]] = [await pair(), await pair()];
    const over = relay(client, mediamtx, session);
    farClient.pause();
    farMediamtx.write(Buffer.alloc(64 * 1024 * 1024));
    while (!mediamtx.isPaused()) await turn();
    // The kernel may take some more after the first pause; each drain starts the time anew.
    for (let still = 0, last = -1; still < 500; still = last === session.bytesOut ? still + 1 : 0) {
      last = session.bytesOut;
      await turn();
    }
    mock.timers.tick(29_999);
    await turn();
    assert.equal(client.destroyed, false);
    mock.timers.tick(1);
    assert.equal(await over, "stalled");
  });

  it("gives a client 5 s to close after MediaMTX has", async () => {
    const [[client], [mediamtx, farMediamtx]] = [await pair(), await pair()];
    const over = relay(client, mediamtx, session);
    farMediamtx.end();
    await once(mediamtx, "end");
    mock.timers.tick(4_999);
    await turn();
    assert.equal(client.destroyed, false);
    mock.timers.tick(1);
    assert.equal(await over, "media server closed");
  });

  it("tells MediaMTX that a client had ended before", async () => {
    const [[client, farClient], [mediamtx, farMediamtx]] = [await pair(), await pair()];
    farClient.end();
    client.resume();
    await once(client, "end");
    const over = relay(client, mediamtx, session);
    farMediamtx.resume();
    await once(farMediamtx, "end");
    farMediamtx.end();
    assert.equal(await over, "client closed");
  });

  it("is over at once for sockets that were closed before", async () => {
    const [[client], [mediamtx]] = [await pair(), await pair()];
    client.destroy();
    await once(client, "close");
    assert.equal(await relay(client, mediamtx, session), "client closed");
  });
});
