import assert from "node:assert/strict";
import fc from "fast-check";
import { readAmf0, writeAmf0 } from "../../../gateway/rtmp/protocol/amf0";
import type { Message } from "../../../gateway/rtmp/protocol/message";
import { readCommand } from "../../../gateway/rtmp/protocol/messages";
import { replay } from "../../../gateway/rtmp/replay";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import { ClientWriter } from "./fixtures/clientWriter";
import {
  captures,
  command,
  connectCommand,
  handshake,
  message,
  messagesOf,
  obs,
  uint32,
  unusualClient,
} from "./fixtures/conversations";

const ticket = { user: "ticket+user", password: "ticket&pass" };
const ticketKey = "lease/1?user=ticket%2Buser&pass=ticket%26pass";
const secret = "canary".repeat(30);

function replayed(bytes: Buffer) {
  const negotiation = new ServerNegotiation(65_536);
  negotiation.push(bytes);
  assert.ok(negotiation.request);
  return { request: negotiation.request, bytes: replay(negotiation.request, "lease/1", ticket) };
}

const commandsOf = (bytes: Buffer) =>
  messagesOf(bytes)
    .filter(({ type }) => type === 20)
    .map(({ body }) => readCommand(body));

const plain = ({ type, timestamp, messageStreamId, chunkStreamId, body }: Message) => ({
  ...{ type, timestamp, messageStreamId, chunkStreamId },
  body: body.toString("hex"),
});

const dialled: [title: string, tcUrl: string, key: string][] = [
  ["in the key", "rtmp://h/live", `u:${secret}:cam`],
  ["in parameters", "rtmp://h/live", `cam?user=u&pass=${secret}`],
  ["in tcUrl", `rtmp://h/u:${secret}:cam`, ""],
  ["in tcUrl's parameters", `rtmp://h/live?user=u&pass=${secret}`, "cam"],
  ["before the host", `rtmp://u:${secret}@h/live`, "cam"],
];
const speakers = { obs, unusualClient };

describe("what MediaMTX hears of an RTMP client", () => {
  for (const { name, bytes } of captures) {
    it(`is connect, createStream, then publish or play under the ticket: ${name}`, () => {
      const { request, bytes: heard } = replayed(bytes);
      const commands = commandsOf(heard);
      const last = commands.at(-1);
      assert.equal(commands[0]?.name, "connect");
      assert.equal(commands.filter((each) => each.name === "createStream").length, 1);
      assert.equal(last?.name, request.action === "publish" ? "publish" : "play");
      assert.equal(last?.values[3]?.text, ticketKey);
    });
  }

  for (const [slot, tcUrl, key] of dialled) {
    for (const [speaker, speak] of Object.entries(speakers)) {
      it(`holds nothing of a password ${slot}: ${speaker}`, () => {
        const { bytes } = replayed(speak(tcUrl, key));
        assert.equal(bytes.includes("canary"), false);
        const [connect] = commandsOf(bytes);
        const properties = new Map(connect?.values[2]?.properties);
        assert.equal(properties.get("tcUrl")?.text, "rtmp://127.0.0.1");
      });
    }
  }

  it("keeps every field of connect but the address, byte by byte", () => {
    const fields = {
      ...{ app: "live", flashVer: "x", capabilities: 239, swfUrl: "rtmp://h:1935/live" },
      ...{ unknown: { nested: 1 }, fourCcList: { 0: "hvc1", 1: "av01" } },
    };
    const connect = command(3, "connect", 1, { tcUrl: "rtmp://h/live", ...fields }, "more");
    const writer = new ClientWriter();
    const { bytes } = replayed(
      Buffer.concat([
        handshake(),
        writer.bytes(connect),
        writer.bytes({ ...command(3, "play", 2, null, "k", -2), messageStreamId: 1 }),
      ]),
    );
    assert.deepEqual(
      messagesOf(bytes)[0]?.body,
      writeAmf0("connect", 1, { tcUrl: "rtmp://127.0.0.1", ...fields }, "more"),
    );
  });

  it("keeps the other arguments of play and publish, and their stream", () => {
    const writer = new ClientWriter();
    const play = {
      ...command(8, "play", 5, null, "u:p:cam", -2000),
      messageStreamId: 1,
      timestamp: 9,
    };
    const { bytes } = replayed(
      Buffer.concat([
        handshake(),
        writer.bytes(connectCommand("rtmp://h/live")),
        writer.bytes(play),
      ]),
    );
    const last = messagesOf(bytes).at(-1);
    assert.deepEqual(last?.body, writeAmf0("play", 5, null, ticketKey, -2000));
    assert.deepEqual([last?.messageStreamId, last?.timestamp, last?.chunkStreamId], [1, 9, 63]);
  });

  it("has the client's control messages in their order, and each of its chunks at its size", () => {
    const client = unusualClient("rtmp://h/live", `u:${secret}:cam`);
    const { request, bytes } = replayed(client);
    const types = (all: Buffer) => messagesOf(all).map(({ type, body }) => [type, body.length]);
    const [connect, ...others] = types(request.bytes).filter(([type]) => type === 20);
    const heard = types(bytes).filter(([type]) => type === 20);
    assert.deepEqual(heard.slice(1, -1), [connect, ...others]);
    const control = (all: Buffer) =>
      messagesOf(all)
        .filter(({ type }) => type < 8)
        .map(plain);
    assert.deepEqual(control(bytes), control(request.bytes));
  });

  it("goes on with the client's own bytes, whatever headers it shortens", () => {
    const next: fc.Arbitrary<Message> = fc.record({
      chunkStreamId: fc.integer({ min: 2, max: 9 }),
      type: fc.constantFrom(8, 9, 18, 20),
      timestamp: fc.oneof(
        fc.integer({ min: 0, max: 50 }),
        fc.integer({ min: 0xfffff0, max: 0x1000020 }),
      ),
      messageStreamId: fc.constantFrom(0, 1),
      body: fc.integer({ min: 0, max: 160 }).map((size) => Buffer.alloc(size, 7)),
    });
    const speaker = fc.constantFrom(obs, unusualClient);
    const key = fc.constantFrom("k", "u:p:cam", `u:${secret}:cam`);
    fc.assert(
      fc.property(speaker, key, fc.array(next), (speak, streamKey, tail) => {
        const writer = new ClientWriter();
        const begun = speak("rtmp://h/live", streamKey, writer);
        // A message as long as publish was, so that form 3 refers to it.
        const { request, bytes } = replayed(begun);
        const action = request.commands.at(-1)?.message;
        assert.ok(action);
        const alike = { ...action, body: Buffer.alloc(action.body.length, 1) };
        const rest = [alike, ...tail, message(2, 1, uint32(50)), ...tail].map((each) =>
          writer.bytes(each),
        );
        const tailOf = (all: Buffer) => messagesOf(all).slice(-rest.length).map(plain);
        assert.deepEqual(
          tailOf(Buffer.concat([bytes, ...rest])),
          tailOf(Buffer.concat([request.bytes, ...rest])),
        );
      }),
    );
  });

  it("leaves property names and numbers of ignored commands alone", () => {
    const { request, bytes } = replayed(obs("rtmp://h/live", "u:p:cam"));
    const sizes = (all: Buffer) =>
      commandsOf(all).map(({ values }) => values.map(({ start, end }) => end - start));
    assert.deepEqual(sizes(bytes).slice(1, -1), sizes(request.bytes));
    const release = messagesOf(bytes).filter(({ type }) => type === 20)[2];
    const { values } = readAmf0(release?.body ?? Buffer.alloc(0));
    assert.deepEqual(
      values.map(({ text, number }) => text ?? number),
      ["releaseStream", 2, undefined, "-------"],
    );
  });
});
