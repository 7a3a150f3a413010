import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect } from "node:net";
import { mock } from "node:test";
import { AdmissionControl } from "../../../../gateway/auth/admissionControl";
import { DecisionCache } from "../../../../gateway/auth/decisionCache";
import { HlsServer } from "../../../../gateway/hls/server";
import { Tickets } from "../../../../gateway/mediamtx/tickets";
import type { ProtocolServer } from "../../../../gateway/net/protocolServer";
import { RtmpServer } from "../../../../gateway/rtmp/server";
import { RtspServer } from "../../../../gateway/rtsp/server";
import { SessionRegistry } from "../../../../gateway/sessions/registry";
import { readHandshake } from "../../../../gateway/srt/handshake";
import { SrtServer } from "../../../../gateway/srt/server";
import { createHandler } from "../../../../lambda/auth/handler";
import type { DecideAnswer } from "../../../../shared/authContract";
import { freePort } from "../../../freePort";
import { type AuthFunction, secretArn, startAuthFunction } from "../../../lambda/auth/authFunction";
import { type RecordingProxy, startRecordingProxy } from "../../../lambda/auth/recordingProxy";
import { obs } from "../../rtmp/fixtures/conversations";
import { conclusionPacket, inductionPacket, streamIdExtension } from "../../srt/packets";
import { leasesWhere } from "../../support/leaseDirectory";
import { memoryLog } from "../../support/memoryLog";

/** All sequences of `length` of the parts. */
function sequences(parts: readonly string[], length: number): string[][] {
  if (length === 0) return [[]];
  return sequences(parts, length - 1).flatMap((begun) => parts.map((part) => [...begun, part]));
}

/** One to three of the parts, in any order and with doubles, joined by colons and by slashes; four by colons. */
function keysOf(parts: readonly string[]): string[] {
  const short = [1, 2, 3].flatMap((length) => sequences(parts, length));
  return [
    ...short.flatMap((sequence) => [sequence.join(":"), sequence.join("/")]),
    ...sequences(parts, 4).map((sequence) => sequence.join(":")),
  ];
}

const user = "test-user";
const name = "field-camera-01";
/** The user's real password, and one that is cut in two where somebody takes "/" for the end. */
const passwords = ["test-pass", "canary/half"] as const;
const keys = passwords.flatMap((password) => keysOf([user, password, name]));
const secrets = ["test-pass", "canary", "half"];

describe("a malformed stream key shows no part of its password in log, URL or answer", function () {
  this.timeout(60_000);
  let auth: AuthFunction;
  let recordingProxy: RecordingProxy;
  let memory: ReturnType<typeof memoryLog>;
  let lambdaLog: string;
  let authorizer: AdmissionControl;
  let sessions: SessionRegistry;
  let server: (ProtocolServer & { readonly port: number }) | undefined;
  let mediamtxPort: number;
  const log = (event: string, detail: object) => memory.log.warn(detail, event);

  beforeEach(async () => {
    auth = await startAuthFunction();
    recordingProxy = await startRecordingProxy(auth.cloudtak.url);
    memory = memoryLog();
    lambdaLog = "";
    const decide = createHandler({
      cloudtakUrl: new URL(recordingProxy.url),
      signingSecretArn: secretArn,
      authMode: "strict",
      insecurePorts: false,
    });
    const decisions = new DecisionCache(async (question) => {
      const event = { operation: "decide", questions: [question] };
      const [decision = assert.fail("none")] = ((await decide(event)) as DecideAnswer).decisions;
      return decision ?? assert.fail("asked again");
    });
    sessions = new SessionRegistry(memory.log);
    authorizer = new AdmissionControl({
      decide: (question) => decisions.decide(question),
      leases: leasesWhere(() => false),
      tickets: new Tickets(),
      sessions,
      metrics: { countRefusal: () => undefined },
      log: memory.log,
    });
    mediamtxPort = await freePort();
    mock.method(process.stdout, "write", (text: string) => {
      lambdaLog += text;
      return true;
    });
  });
  afterEach(async () => {
    mock.restoreAll();
    await server?.close();
    sessions.close();
    await recordingProxy.close();
    await auth.close();
  });

  function assertNoSecret(answers: string[]): void {
    mock.restoreAll();
    assert.ok(memory.text().includes("auth refused"));
    const everything = {
      "the gateway's log": memory.text(),
      "the auth function's log": lambdaLog,
      "URLs at CloudTAK": recordingProxy.seen.join("\n"),
      "answers to clients": answers.join("\n"),
    };
    for (const [where, text] of Object.entries(everything)) {
      assert.notEqual(text, "", where);
      for (const secret of secrets) {
        const at = text.indexOf(secret);
        assert.equal(at, -1, `${where}: ${text.slice(Math.max(0, at - 200), at + 100)}`);
      }
    }
  }

  /** Sends it all, and resolves to what came back until the server closed. */
  async function say(bytes: Buffer | string): Promise<string> {
    const socket = connect(server?.port ?? 0, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => {
      answer += data.toString("latin1");
    });
    socket.end(bytes);
    await once(socket, "close");
    return answer;
  }

  it("RTMP", async () => {
    server = new RtmpServer(authorizer, { port: 0, mediamtxPort, log });
    await server.listen();
    const answers = await inTurns(keys, async (key) => [
      await say(obs("rtmp://h/live", key)),
      await say(obs(`rtmp://h/${key}`, "")),
      await say(obs(`rtmp://h/live?user=${user}&pass=${name}`, key)),
    ]);
    assertNoSecret(answers);
  });

  it("RTSP", async () => {
    server = new RtspServer(authorizer, { port: 0, mediamtxPort, log });
    await server.listen();
    const request = (method: string, url: string, headers = "") =>
      say(`${method} ${url} RTSP/1.0\r\nCSeq: 1\r\n${headers}\r\n`);
    const answers = await inTurns(keys, async (key) => [
      await request("ANNOUNCE", `rtsp://h/${key}`),
      await request("DESCRIBE", `rtsp://h/live/${key}`),
      await request("DESCRIBE", `rtsp://${key.replaceAll("/", "%2f")}@h/${name}`),
      await request("DESCRIBE", `rtsp://h/${key}?user=${name}&pass=${user}`),
      await request("DESCRIBE", `rtsp://h/${key}`, basic(`${user}:${name}`)),
    ]);
    assertNoSecret(answers);
  });

  it("SRT", async () => {
    const srt = new SrtServer(authorizer, { port: 0, mediamtxPort, log });
    server = srt;
    await srt.listen();
    const [password] = passwords;
    const standard = [
      `#!::r=${password},m=publish,u=${user},s=${name}`,
      `#!::r=${user},u=${password},s=${name}`,
    ];
    const ids = keys.flatMap((key) => [key, `publish:${key}`, `read:${key}`]);
    // The server lets the callers of an address wait a second once it has refused a few of them.
    const answers = await inTurns(
      [...ids, ...standard],
      async (id) => [await callSrt(srt, id)],
      300,
    );
    assertNoSecret(answers);
  });

  it("HLS", async () => {
    server = new HlsServer(authorizer, { port: 0, mediamtxPort });
    await server.listen();
    const get = async (target: string, authorization = "") => {
      const url = `http://127.0.0.1:${server?.port}/${target}`;
      const answer = await fetch(url, { headers: authorization ? { authorization } : {} });
      return `${JSON.stringify([...answer.headers])} ${await answer.text()}`;
    };
    const answers = await inTurns(keys, async (key) => [
      await get(`${key}/index.m3u8`),
      await get(`${key}/index.m3u8`, basicValue(`${user}:${name}`)),
      await get(`${key}/index.m3u8?user=${user}&pass=${name}`),
      await get(`${name}/index.m3u8`, basicValue(key)),
      await get(`${key}/seg1.mp4?session=${key}`),
    ]);
    assertNoSecret(answers);
  });
});

const basicValue = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const basic = (text: string) => `Authorization: ${basicValue(text)}\r\n`;

/** `atOnce` keys at a time. */
async function inTurns(
  all: readonly string[],
  work: (key: string) => Promise<string[]>,
  atOnce = 20,
): Promise<string[]> {
  const answers: string[] = [];
  const left = [...all];
  const worker = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop())
      answers.push(...(await work(key)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return answers;
}

/** Resolves to the server's answer to a caller with this stream id. */
async function callSrt(server: SrtServer, streamId: string): Promise<string> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const ask = async (packet: Buffer): Promise<Buffer> => {
    socket.send(packet, server.port, "127.0.0.1");
    const [answer] = await once(socket, "message");
    return answer;
  };
  const cookie = readHandshake(await ask(inductionPacket(7)))?.cookie ?? 0;
  const answer = await ask(conclusionPacket(7, cookie, [streamIdExtension(streamId)]));
  socket.close();
  return answer.toString("latin1");
}
