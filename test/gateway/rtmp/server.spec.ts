import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { writeAmf0 } from "../../../gateway/rtmp/protocol/amf0";
import { s0s1s2Bytes } from "../../../gateway/rtmp/protocol/handshake";
import { readCommand } from "../../../gateway/rtmp/protocol/messages";
import { RtmpServer } from "../../../gateway/rtmp/server";
import { until } from "../../until";
import {
  FakeAuthorizer,
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
} from "../support/fixtures";
import { ClientWriter } from "./fixtures/clientWriter";
import {
  command,
  handshake,
  message,
  messagesOf,
  obs,
  uint32,
  unusualClient,
} from "./fixtures/conversations";
import { mediaMessages } from "./fixtures/flv";

const long = "0123456789abcdef".repeat(30);

/** Every publisher of FFmpeg, by lease path. */
const publishers = new Map([
  ["grp/cam", "/live/pub:p%40ss:w:grp/cam"],
  ["long", `/live/u:${long}:long`],
  ["bare", "/u:canary:bare"],
  ["query", "/live/query?user=u&pass=canary%26"],
  ["decoded", "/live/u:canary%40:decoded"],
]);

describe("RTMP server in front of MediaMTX", () => {
  let mediamtx: Mediamtx;
  let authorizer: FakeAuthorizer;
  let server: RtmpServer;
  const ffmpegs: Ffmpeg[] = [];
  const sockets: Socket[] = [];

  const start = (...args: string[]) => {
    const ffmpeg = startFfmpeg(args);
    ffmpegs.push(ffmpeg);
    return ffmpeg;
  };
  const url = (path: string) => `rtmp://127.0.0.1:${server.port}${path}`;
  const publish = (path: string) => start(...testPicture, "-f", "flv", url(path));
  const play = (path: string) =>
    start("-i", url(path), ..."-map 0:v -frames:v 3 -f null -".split(" "));
  const asked = (path: string) =>
    authorizer.requests.filter(({ stream }) => stream === path).map(({ password }) => password);
  const sessionOf = (path: string) => authorizer.sessions.find((each) => each.path === path);

  before(async function () {
    this.timeout(25_000); // five encoders start at once
    // All that it could ever say; in production it says less.
    mediamtx = await startMediamtx({ MTX_LOGLEVEL: "debug" });
    authorizer = new FakeAuthorizer(mediamtx.tickets, ({ stream, password, action }) => {
      if (stream === "decoded" && password !== "canary@") return "bad-credentials";
      if (stream === "anonymous") return "bad-credentials";
      if (stream === "refused") return action === "publish" ? "not-permitted" : "no-lease";
      return "allow";
    });
    server = new RtmpServer(authorizer, { port: 0, mediamtxPort: mediamtx.ports.rtmp });
    await server.listen();
    for (const path of publishers.values()) publish(path);
    await Promise.all([...publishers.keys()].map((path) => mediamtx.untilReady(path)));
  });
  after(async () => {
    await Promise.all(ffmpegs.map((ffmpeg) => ffmpeg.stop()));
    for (const socket of sockets) socket.destroy();
    await server.close();
    await mediamtx.stop();
  });

  it("lets FFmpeg publish with keys and parameters of all forms", () => {
    assert.deepEqual(
      [...publishers.keys()].map((path) => [path, asked(path)]),
      [
        ["grp/cam", ["p%40ss:w"]],
        ["long", [long]],
        ["bare", ["canary"]],
        ["query", ["canary&"]],
        ["decoded", ["canary%40", "canary@"]],
      ],
    );
  });

  it("lets another FFmpeg read and decode", async function () {
    this.timeout(25_000); // FFmpeg looks at a live stream for seconds before it decodes
    const reader = play("/live/reader:secret:grp/cam");
    assert.equal(await reader.ended, 0, reader.log());
    assert.match(reader.log(), /frame= +3/);
    const session = authorizer.sessions.at(-1);
    assert.equal(session?.request.action, "read");
    await until("its session has ended", () => session?.endReasons.length === 1);
    assert.deepEqual(session?.endReasons, ["client-closed"]);
    assert.ok(session && session.bytesOut > 5_000);
  });

  it("tells MediaMTX the client's address", async () => {
    type Conns = { items: { path: string; remoteAddr: string }[] };
    const { items } = await mediamtx.api<Conns>("/v3/rtmpconns/list");
    const found = items.find(({ path }) => path === "long");
    assert.equal(found?.remoteAddr, `127.0.0.1:${sessionOf("long")?.request.clientPort}`);
  });

  it("shows FFmpeg why it is refused, publishing and playing", async () => {
    const clients = [publish("/live/u:p:refused"), play("/live/u:p:refused")];
    const codes = await Promise.all(clients.map(({ ended }) => ended));
    assert.ok(codes.every((code) => code !== 0));
    const logs = clients.map((client) => client.log());
    assert.match(logs[0] ?? "", /Server error: this user may not do this with this stream/);
    assert.match(logs[1] ?? "", /Server error: there is no stream of this name/);
  });

  /** What the server says to these bytes until it ends the connection. */
  const answersTo = async (bytes: Buffer): Promise<readonly unknown[][]> => {
    const socket = connect(server.port, "127.0.0.1");
    sockets.push(socket);
    const received: Buffer[] = [];
    socket.on("data", (data: Buffer) => received.push(data));
    socket.write(bytes);
    await once(socket, "end");
    return messagesOf(Buffer.concat(received).subarray(s0s1s2Bytes))
      .filter(({ type }) => type === 20)
      .map(({ body }) =>
        readCommand(body).values.map(({ text, properties }) => [text, properties]),
      );
  };

  it("tells where the stream key goes when a client has no credentials, or put them into login fields", async () => {
    for (const tcUrl of ["rtmp://h/live", "rtmp://h/live?authmod=adobe&user=u"]) {
      const answers = JSON.stringify(await answersTo(obs(tcUrl, "anonymous")));
      assert.match(answers, /put user:password:name in the stream key/);
      assert.match(answers, /NetStream\.Publish\.Unauthorized/);
    }
    assert.ok(
      authorizer.requests.every(({ stream, user }) => stream !== "anonymous" || user === ""),
    );
  });

  it("tells a client that speaks AMF3 that it must not", async () => {
    const amf3 = message(3, 17, Buffer.concat([Buffer.of(0), writeAmf0("connect", 1, {})]));
    const negotiation = Buffer.concat([handshake(), new ClientWriter().bytes(amf3)]);
    const answers = JSON.stringify(await answersTo(negotiation));
    assert.match(answers, /"_error"/);
    assert.match(answers, /NetConnection\.Connect\.Rejected/);
    assert.match(answers, /set the client's object encoding to AMF0/);
  });

  it("ends a session that is cut, on both sides", async () => {
    sessionOf("bare")?.request.disconnect("kicked");
    await until("MediaMTX has lost the path", async () => {
      const { items } = await mediamtx.api<{ items: { name: string }[] }>("/v3/paths/list");
      return !items.some(({ name }) => name === "bare");
    });
    assert.deepEqual(sessionOf("bare")?.endReasons, ["kicked"]);
  });

  for (const [name, speak] of Object.entries({ obs, unusualClient })) {
    it(`passes media on whose headers refer to what was rewritten: ${name}`, async () => {
      const writer = new ClientWriter();
      const negotiation = speak("rtmp://h/live", `u:canary:${name}`, writer);
      const socket = connect(server.port, "127.0.0.1");
      sockets.push(socket);
      let received = Buffer.alloc(0);
      socket.on("data", (data: Buffer) => {
        received = Buffer.concat([received, data]);
      });
      await once(socket, "connect");

      const pieces = mediaMessages().flatMap((each, index) => [
        // A new chunk size now and then, and times that need four bytes.
        ...(index % 10 === 9 ? writer.write(message(2, 1, uint32(100 * index))) : []),
        ...writer.write({ ...each, timestamp: each.timestamp + 0x1000000 }),
      ]);
      const media = Buffer.concat(pieces);
      socket.write(Buffer.concat([negotiation, media]));
      await mediamtx.untilReady(name);

      type Conns = { items: { path: string; inboundBytes: number }[] };
      await until("MediaMTX has read it all and goes on", async () => {
        const { items } = await mediamtx.api<Conns>("/v3/rtmpconns/list");
        const found = items.find(({ path }) => path === name);
        return (found?.inboundBytes ?? 0) > media.length;
      });
      const { tracks } = await mediamtx.api<{ tracks: string[] }>(`/v3/paths/get/${name}`);
      assert.deepEqual(tracks.sort(), ["H264", "MPEG-4 Audio"]);
      const commands = messagesOf(received.subarray(s0s1s2Bytes))
        .filter(({ type }) => type === 20)
        .map(({ body }) => readCommand(body).name);
      assert.equal(commands.at(-1), "onStatus");
      assert.equal(commands.filter((each) => each === "onStatus").length, 1);
    });
  }

  it("has a MediaMTX that ignores what a client says of its key at the end, even when it is garbled", async () => {
    const writer = new ClientWriter();
    const key = "u:canary:ending";
    const socket = connect(server.port, "127.0.0.1");
    sockets.push(socket);
    socket.resume();
    await once(socket, "connect");
    const negotiation = obs("rtmp://h/live", key, writer);
    const media = mediaMessages().map((each) => writer.bytes(each));
    socket.write(Buffer.concat([negotiation, ...media]));
    await mediamtx.untilReady("ending");

    const commands = ["FCUnpublish", "releaseStream", "FCPublish", "closeStream", "deleteStream"];
    const farewell = commands.map((name, at) => writer.bytes(command(3, name, 6 + at, null, key)));
    socket.write(Buffer.concat([...farewell, writer.bytes(message(2, 5, uint32(4711)))]));
    const ended = () => mediamtx.log().includes("closed: unsupported marker 0xff");
    const garbled = Buffer.concat([writeAmf0("FCUnpublish", 20, null, key), Buffer.of(0xff)]);
    socket.write(writer.bytes(message(3, 20, garbled)));
    await until("MediaMTX has come to the garbled one, and ends the connection", ended);
  });

  it("lets nothing of any password get into MediaMTX's log or API", async () => {
    const conns = JSON.stringify(await mediamtx.api("/v3/rtmpconns/list"));
    assert.doesNotMatch(mediamtx.log() + conns, /canary|p%40ss|p@ss|secret|0123456789abcdef/);
  });
});
