import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { HlsServer } from "../../../gateway/hls/server";
import { Tickets } from "../../../gateway/mediamtx/tickets";
import {
  ConnectionLimiter,
  httpConnectionLimits,
  streamConnectionLimits,
} from "../../../gateway/net/connectionLimiter";
import { createHttpServer, listenHttpServer } from "../../../gateway/net/httpServer";
import { maxHeaderBytes, PreAuthMemory } from "../../../gateway/net/preAuthMemory";
import type { ProtocolServer } from "../../../gateway/net/protocolServer";
import { RtmpServer } from "../../../gateway/rtmp/server";
import { RtspServer } from "../../../gateway/rtsp/server";
import { freePort } from "../../freePort";
import { until } from "../../until";
import { obs } from "../rtmp/fixtures/conversations";
import { FakeAuthorizer } from "../support/fixtures";

describe("the memory of undecided clients", () => {
  let memory: PreAuthMemory;
  let evicted: string[];
  beforeEach(() => {
    memory = new PreAuthMemory(1_000);
    evicted = [];
  });
  const hold = (address: string, name: string, bytes: number) => {
    const held = memory.open(address, () => evicted.push(name));
    held.set(bytes);
    return held;
  };

  it("is taken from the largest client of the address that holds most", () => {
    hold("192.0.2.1", "large, alone", 450);
    hold("192.0.2.2", "small", 100);
    hold("192.0.2.2", "larger", 400);
    hold("192.0.2.3", "new", 60);
    assert.deepEqual(evicted, ["larger"]);
    assert.equal(memory.bytes, 610);
  });

  it("is taken from the client that asks for it when that holds most", () => {
    hold("192.0.2.1", "honest", 400);
    const greedy = hold("192.0.2.2", "greedy", 500);
    greedy.set(700);
    assert.deepEqual(evicted, ["greedy"]);
    greedy.set(900);
    assert.equal(memory.bytes, 400);
  });

  it("is given back once, when a client is decided about or has gone", () => {
    const held = hold("192.0.2.1", "one", 900);
    held.set(300);
    assert.equal(memory.bytes, 300);
    held.release();
    held.release();
    held.set(500);
    assert.equal(memory.bytes, 0);
  });

  it("is shared by the places of several servers, and admitted clients hold none of it", () => {
    const [streams, http] = [
      new ConnectionLimiter(streamConnectionLimits, memory),
      new ConnectionLimiter(httpConnectionLimits, memory),
    ];
    const take = (limiter: ConnectionLimiter, address: string, bytes: number) => {
      const slot = limiter.acquire(address, () => evicted.push(address)) ?? assert.fail();
      slot.hold(bytes);
      return slot;
    };
    take(streams, "192.0.2.1", 800).admit();
    const refused = take(streams, "192.0.2.2", 600);
    take(http, "192.0.2.3", 500);
    assert.deepEqual(evicted, ["192.0.2.2"]);
    refused.admit();
    refused.release();
    assert.equal(memory.bytes, 500);
  });
});

describe("undecided clients of all servers that send all they may", function () {
  this.timeout(30_000);
  const maxBytes = 256 * 1024;
  const memory = new PreAuthMemory(maxBytes);
  const authorizer = new FakeAuthorizer(new Tickets(), () => "bad-credentials");
  const servers: (ProtocolServer & { readonly port: number })[] = [];
  const sockets: Socket[] = [];
  let most = 0;

  before(async () => {
    const options = { port: 0, mediamtxPort: await freePort(), preAuthMemory: memory };
    servers.push(
      new RtmpServer(authorizer, options),
      new RtspServer(authorizer, options),
      new HlsServer(authorizer, options),
    );
    await Promise.all(servers.map((server) => server.listen()));
  });
  after(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.map((server) => server.close()));
  });

  async function send(port: number, localAddress: string, bytes: Buffer | string): Promise<Socket> {
    const socket = connect({ port, host: "127.0.0.1", localAddress });
    socket.on("error", () => socket.destroy());
    sockets.push(socket);
    await once(socket, "connect");
    await new Promise((resolve) => socket.write(bytes, resolve));
    most = Math.max(most, memory.bytes);
    return socket;
  }

  it("are held within one budget, and an honest client at another address is served", async () => {
    const [rtmp = 0, rtsp = 0, hls = 0] = servers.map(({ port }) => port);
    const head = "ANNOUNCE rtsp://h/cam RTSP/1.0\r\nCSeq: 1\r\nContent-Length: 60000\r\n\r\n";
    const announce = head + "v".repeat(59_000);
    // The whole of `obs` but its last command, and then another that does not end.
    const begun = obs("rtmp://h/live", "u:p:cam");
    for (let count = 0; count < 20; count++) {
      await send(rtsp, "127.0.1.1", announce);
      await send(hls, "127.0.1.2", `GET /cam/index.m3u8 HTTP/1.1\r\nX: ${"x".repeat(8_000)}`);
      await send(rtmp, "127.0.1.3", begun.subarray(0, -1));
    }
    await until("those that are too many are evicted", () => sockets.some((one) => one.destroyed));
    assert.ok(most <= maxBytes, `${most} bytes`);
    assert.ok(memory.bytes > maxBytes / 2, `${memory.bytes} bytes`);

    const honest = await send(rtsp, "127.0.0.1", "");
    let answer = "";
    honest.on("data", (data) => {
      answer += data;
    });
    honest.write("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n");
    await until("the honest client is answered", () => answer.startsWith("RTSP/1.0 200 OK"));
  });

  it("count with the body that an HTTP client announces, as far as the route takes it", async () => {
    const held = new PreAuthMemory();
    const http = createHttpServer({ preAuthMemory: held });
    http.post("/large", { bodyLimit: 16_384 }, async () => ({}));
    const port = await listenHttpServer(http, 0);
    const head = "POST /large HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
    for (const [body, bytes] of [
      ["Content-Length: 1000\r\n\r\n{", 1_000],
      ["Content-Length: 90000\r\n\r\n{", 0],
      ["Transfer-Encoding: chunked\r\n\r\n1\r\n{", 16_384],
    ] as const) {
      const socket = await send(port, "127.0.0.1", head + body);
      await until("it counts", () => held.bytes === maxHeaderBytes + bytes);
      socket.destroy();
      await until("it has gone", () => held.bytes === 0);
    }
    await http.close();
  });

  for (const [protocol, index, bytes] of [
    [
      "RTMP",
      0,
      Buffer.concat([
        obs("rtmp://h/live", "u:p:cam").subarray(0, 3_073),
        Buffer.alloc(maxHeaderBytes),
      ]),
    ],
    ["RTSP", 1, `OPTIONS * RTSP/1.0\r\nX: ${"x".repeat(maxHeaderBytes)}`],
    ["HLS", 2, `GET / HTTP/1.1\r\nX: ${"x".repeat(maxHeaderBytes)}`],
  ] as const) {
    it(`may say no more than 8 KiB by ${protocol} before their first request is complete`, async () => {
      const socket = await send(servers[index]?.port ?? 0, "127.0.0.1", bytes);
      socket.resume();
      await until("it is turned away", () => socket.readableEnded || socket.destroyed);
    });
  }
});
