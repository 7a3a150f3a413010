import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import type { TcpServerOptions } from "../../../gateway/net/tcpServer";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { writeMessage } from "../../../gateway/rtmp/protocol/chunkWriter";
import { s0s1s2Bytes } from "../../../gateway/rtmp/protocol/handshake";
import { errorStatus, readCommand } from "../../../gateway/rtmp/protocol/messages";
import { RtmpServer } from "../../../gateway/rtmp/server";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import { freePort } from "../../freePort";
import { until } from "../../until";
import { FakeAuthorizer } from "../support/fixtures";
import { handshake, messagesOf, obs } from "./fixtures/conversations";

/** A server in MediaMTX's place that answers as it does and keeps what comes after publish. */
interface Upstream {
  readonly socket: Socket;
  readonly header: string;
  readonly heard: ServerNegotiation;
  received: Buffer;
  ended: boolean;
}

const negotiation = obs("rtmp://h/live", "u:p:cam");
/** Bytes that the server itself sends for `hello`. */
const ownAnswers = new ServerNegotiation(65_536).push(negotiation).length;

describe("RTMP server between two sockets", () => {
  let upstreams: Upstream[];
  /** PROXY headers of all who were dialled. */
  const headers = new Map<Socket, string>();
  let server: Server;
  let rtmpServer: RtmpServer;
  let authorizer: FakeAuthorizer;
  let logged: { event: string; detail: object }[];
  const clients: Socket[] = [];

  function serve(socket: Socket): void {
    const heard = new ServerNegotiation(65_536);
    let header: Buffer | undefined = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("end", () => {
      const known = upstreams.find((each) => each.socket === socket);
      if (known) known.ended = true;
    });
    socket.on("data", (data: Buffer) => {
      const known = upstreams.find((each) => each.socket === socket);
      if (known) {
        known.received = Buffer.concat([known.received, data]);
        return;
      }
      let left = data;
      if (header) {
        const all = Buffer.concat([header, data]);
        const end = all.indexOf("\r\n");
        header = end < 0 ? all : undefined;
        if (end < 0) return;
        headers.set(socket, all.subarray(0, end).toString());
        left = all.subarray(end + 2);
      }
      const answer = heard.push(left);
      if (answer.length > 0) socket.write(answer);
      if (!heard.request) return;
      const received = Buffer.from(heard.request.rest);
      upstreams.push({ socket, header: headers.get(socket) ?? "", heard, received, ended: false });
    });
  }

  async function openDoor(options: Partial<TcpServerOptions> = {}) {
    await rtmpServer?.close();
    const { port } = server.address() as AddressInfo;
    const log = (event: string, detail: object) => logged.push({ event, detail });
    rtmpServer = new RtmpServer(authorizer, { port: 0, mediamtxPort: port, log, ...options });
    await rtmpServer.listen();
  }

  beforeEach(async () => {
    upstreams = [];
    headers.clear();
    logged = [];
    authorizer = new FakeAuthorizer(new Tickets(), () => "allow");
    server = createServer({ allowHalfOpen: true, noDelay: true }, serve).listen(0, "127.0.0.1");
    await once(server, "listening");
    await openDoor();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await rtmpServer.close();
    for (const { socket } of upstreams) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A client with all that it has received. */
  async function dial() {
    const socket = connect({ port: rtmpServer.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => undefined);
    clients.push(socket);
    const client = { socket, received: Buffer.alloc(0), ended: false };
    socket.on("data", (data: Buffer) => {
      client.received = Buffer.concat([client.received, data]);
    });
    const onEnd = () => {
      client.ended = true;
    };
    // A client that has not been heard to its end is reset.
    socket.on("end", onEnd).on("close", onEnd);
    await once(socket, "connect");
    return client;
  }
  async function dialAndPublish(more = Buffer.alloc(0)) {
    const client = await dial();
    client.socket.write(Buffer.concat([negotiation, more]));
    await until("the upstream has heard publish", () => upstreams.length > 0);
    const [upstream] = upstreams.slice(-1);
    assert.ok(upstream);
    return { client, upstream };
  }
  const statusOf = (received: Buffer) => {
    const last = messagesOf(received.subarray(s0s1s2Bytes)).at(-1);
    const properties = readCommand(last?.body ?? Buffer.alloc(0)).values[3]?.properties;
    return Object.fromEntries((properties ?? []).map(([name, { text }]) => [name, text]));
  };

  for (const [answer, isConnected] of [
    [writeMessage(errorStatus("NetStream.Publish.Unauthorized", "no"), 128), false],
    [Buffer.from("NetStream.Publish.Start"), true],
  ] as const) {
    it(`has ${isConnected ? "" : "not "}connected a client when MediaMTX has answered`, async () => {
      const { client, upstream } = await dialAndPublish();
      const [session] = authorizer.sessions;
      assert.equal(session?.isConnected, false);
      upstream.socket.write(answer);
      await until("it arrives", () => client.received.length >= ownAnswers + answer.length);
      assert.equal(session?.isConnected, isConnected);
    });
  }

  it("copies every byte both ways, those that came with publish, too", async () => {
    const [first, second, back] = [randomBytes(5_000), randomBytes(300_000), randomBytes(400_000)];
    const { client, upstream } = await dialAndPublish(first);
    client.socket.write(second);
    upstream.socket.write(back);
    const sent = Buffer.concat([first, second]);
    await until(
      "all is there",
      () =>
        upstream.received.length >= sent.length &&
        client.received.length >= ownAnswers + back.length,
    );
    assert.ok(upstream.received.equals(sent));
    assert.equal(client.received.length, ownAnswers + back.length);
    assert.ok(client.received.subarray(-back.length).equals(back));
    const [session] = authorizer.sessions;
    assert.equal(session?.bytesIn, negotiation.length + sent.length);
    assert.equal(session?.bytesOut, client.received.length);
  });

  it("tells MediaMTX who the client is, by PROXY protocol", async () => {
    const { client, upstream } = await dialAndPublish();
    const local = client.socket.localPort;
    assert.equal(upstream.header, `PROXY TCP4 127.0.0.1 127.0.0.1 ${local} ${rtmpServer.port}`);
  });

  it("lets the client end its direction and still receive, and the other way round", async () => {
    const { client, upstream } = await dialAndPublish();
    client.socket.end("last words");
    await until("the upstream has the end", () => upstream.ended);
    assert.equal(upstream.received.toString(), "last words");
    upstream.socket.end("answer");
    await until("the client has the end", () => client.ended);
    assert.equal(client.received.subarray(-6).toString(), "answer");
    await until("the session has ended", () => authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["client-closed"]);
  });

  it("gives the client the rest when MediaMTX hangs up", async () => {
    const { client, upstream } = await dialAndPublish();
    const rest = randomBytes(200_000);
    upstream.socket.end(rest);
    await until("the client has the end", () => client.ended);
    assert.ok(client.received.subarray(-rest.length).equals(rest));
    client.socket.end();
    await until("the session has ended", () => authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["upstream-closed"]);
  });

  it("reads no faster than the other side takes, in both directions", async () => {
    const flood = Buffer.alloc(64 * 1024 * 1024);
    const { client, upstream } = await dialAndPublish();
    client.socket.pause();
    upstream.socket.pause();
    upstream.socket.write(flood);
    client.socket.write(flood);
    const [session] = authorizer.sessions;
    assert.ok(session);
    let before = -1;
    await until("nothing moves any more", async () => {
      const now = session.bytesIn + session.bytesOut;
      const still = now === before && now > 1_000_000;
      before = now;
      return still;
    });
    assert.ok(session.bytesIn < flood.length / 2, `${session.bytesIn} in`);
    assert.ok(session.bytesOut < flood.length / 2, `${session.bytesOut} out`);
  });

  it("turns away who says nothing in time, without a question", async () => {
    await openDoor({ preAuthTimeoutMs: 50 });
    const client = await dial();
    client.socket.write(handshake());
    await until("the client is turned away", () => client.ended);
    assert.deepEqual(authorizer.requests, []);
    const [{ event, detail } = { event: "", detail: {} }] = logged;
    assert.deepEqual([event, "code" in detail && detail.code], ["connection fault", "too-slow"]);
  });

  it("turns away who says too much or no RTMP, without a question", async () => {
    await openDoor({ maxPreAuthBytes: 4_000 });
    for (const words of [
      Buffer.concat([handshake(), Buffer.alloc(2_000, 4)]),
      Buffer.from("GET /"),
    ]) {
      const client = await dial();
      client.socket.write(words);
      client.socket.end();
      await until("the client is turned away", () => client.ended);
    }
    assert.deepEqual(authorizer.requests, []);
  });

  it("refuses with a status that says why, and closes", async () => {
    authorizer.decide = () => "in-use";
    const client = await dial();
    client.socket.write(negotiation);
    await until("the client is turned away", () => client.ended);
    assert.deepEqual(statusOf(client.received), {
      level: "error",
      code: "NetStream.Publish.BadName",
      description: "another user is publishing this stream",
    });
    assert.equal(upstreams.length, 0);
  });

  it("does not show MediaMTX a client before the decision", async () => {
    let decide: (decision: "allow") => void = () => undefined;
    authorizer.decide = () =>
      new Promise((resolve) => {
        decide = resolve;
      });
    const client = await dial();
    client.socket.write(negotiation);
    await until("the question is asked", () => authorizer.requests.length === 1);
    assert.equal(headers.size + upstreams.length, 0);
    client.socket.write("sent while waiting");
    await setTimeout(20); // long enough to be lost, were it read now
    decide("allow");
    await until("it has arrived", () => upstreams[0]?.received.toString() === "sent while waiting");
  });

  it("wants all readings of a key decided within 9 s of the first byte", async () => {
    authorizer.decide = () => "bad-credentials";
    await openDoor();
    const client = await dial();
    client.socket.write(negotiation.subarray(0, 1));
    await setTimeout(50);
    const publishSentAt = monotonicMs();
    client.socket.write(obs("rtmp://h/live", "u:p%40:cam").subarray(1));
    await until("the client is refused", () => client.ended);
    const due = authorizer.requests.map(({ answerBy }) => answerBy);
    assert.equal(due.length, 2);
    assert.equal(due[0], due[1]);
    assert.ok((due[0] ?? 0) < publishSentAt + 9_000);
  });

  it("says so when MediaMTX cannot be reached, and ends the session once", async () => {
    await openDoor({ mediamtxPort: await freePort() });
    const client = await dial();
    client.socket.write(negotiation);
    await until("the client is turned away", () => client.ended);
    assert.equal(
      statusOf(client.received).description,
      "the media server does not answer; try again",
    );
    client.socket.end();
    await until("the session has ended", () => authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["upstream-unreachable"]);
  });

  it("ends a session that is cut before MediaMTX has been dialled", async () => {
    authorizer.decide = (request) => {
      setImmediate(() => request.disconnect("kicked"));
      return setTimeout(20, "allow");
    };
    const client = await dial();
    client.socket.write(negotiation);
    await until("the session has ended", () => authorizer.sessions[0]?.endReasons.length === 1);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["kicked"]);
    assert.equal(upstreams.length, 0);
  });

  it("takes no new clients while it drains, keeps the old ones, and ends them on close", async () => {
    const { client, upstream } = await dialAndPublish();
    const { port } = rtmpServer;
    rtmpServer.drain();
    const late = connect(port, "127.0.0.1");
    const [error] = await once(late, "error");
    assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
    client.socket.write("still there");
    await until("it has passed", () => upstream.received.toString() === "still there");
    await rtmpServer.close();
    await until("the client is gone", () => client.ended || client.socket.destroyed);
    assert.deepEqual(authorizer.sessions[0]?.endReasons, ["shutting-down"]);
  });

  it("logs nothing of keys, whatever goes wrong", async () => {
    const wrong = obs("rtmp://h/live", "u:canary:cam").subarray(0, -40);
    const client = await dial();
    client.socket.end(wrong);
    await until("it is logged", () => logged.length > 0);
    assert.doesNotMatch(JSON.stringify(logged), /canary/);
  });
});
