import assert from "node:assert/strict";
import { writeAmf0 } from "../../../gateway/rtmp/protocol/amf0";
import { writeMessage } from "../../../gateway/rtmp/protocol/chunkWriter";
import { c0c1Bytes, s0s1s2Bytes } from "../../../gateway/rtmp/protocol/handshake";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import {
  captures,
  command,
  connectCommand,
  handshake,
  handshakeBytes,
  message,
  messagesOf,
  obs,
  unusualClient,
} from "./fixtures/conversations";

const conversations = [
  ...captures,
  { name: "OBS", bytes: obs("rtmp://h/live", "u:p@ss:cam") },
  { name: "a client that uses all of RTMP", bytes: unusualClient("rtmp://h/live", "u:p:cam") },
];

/** Pushes pieces until the request is there; the pieces that are left are its rest. */
function hear(pieces: readonly Buffer[]) {
  const negotiation = new ServerNegotiation(65_536);
  const answers: Buffer[] = [];
  for (const [index, piece] of pieces.entries()) {
    answers.push(negotiation.push(piece));
    if (!negotiation.request) continue;
    const rest = Buffer.concat([negotiation.request.rest, ...pieces.slice(index + 1)]);
    return {
      hello: negotiation,
      request: negotiation.request,
      rest,
      answers: Buffer.concat(answers),
    };
  }
  throw new Error("no request in the conversation");
}

const say = (...messages: Parameters<typeof writeMessage>[0][]) => {
  const negotiation = new ServerNegotiation(65_536);
  negotiation.push(handshake());
  negotiation.push(Buffer.concat(messages.map((each) => writeMessage(each, 128))));
  return negotiation;
};

const connect = connectCommand("rtmp://h/live");

describe("the beginning of an RTMP conversation", () => {
  const expected = new Map([
    ["ffmpeg-play-key.bin", ["read", "live", "u:p:cam", 128]],
    ["ffmpeg-publish-key.bin", ["publish", "live", "u:p%40ss:cam", 65536]],
    ["ffmpeg-publish-query.bin", ["publish", "live/grp", "cam?user=u&pass=p%26q", 65536]],
    ["ffmpeg-publish-tcurl.bin", ["publish", "u:p:cam", "", 65536]],
    ["OBS", ["publish", "live", "u:p@ss:cam", 4096]],
    ["a client that uses all of RTMP", ["publish", "live", "u:p:cam", 11]],
  ]);

  for (const { name, bytes } of conversations) {
    it(`tells what the client wants: ${name}`, () => {
      const { request } = hear([bytes]);
      const app = request.tcUrl.replace(/^rtmp:\/\/[^/]*\//, "");
      const { action, key, chunkSize } = request;
      assert.deepEqual([action, app, key, chunkSize], expected.get(name));
    });

    it(`means the same split at every byte, and loses nothing: ${name}`, () => {
      const whole = hear([bytes]);
      const end = handshakeBytes + whole.request.bytes.length;
      assert.deepEqual(
        Buffer.concat([whole.request.bytes, whole.rest]),
        bytes.subarray(handshakeBytes),
      );
      // S1 is random; what comes after the handshake is not.
      const answers = whole.answers.subarray(s0s1s2Bytes);
      for (let cut = 1; cut < end; cut++) {
        const split = hear([bytes.subarray(0, cut), bytes.subarray(cut)]);
        const { rest: _, ...request } = split.request;
        const { rest: __, ...same } = whole.request;
        if (cut % 16 === 0) assert.deepEqual(request, same);
        assert.ok(split.request.bytes.equals(whole.request.bytes));
        assert.ok(split.rest.equals(whole.rest));
        assert.ok(split.answers.subarray(s0s1s2Bytes).equals(answers));
      }
    });

    it(`means the same byte by byte: ${name}`, () => {
      const single = Array.from(bytes, (byte) => Buffer.of(byte));
      const { request, rest } = hear(single);
      assert.deepEqual(request.bytes, hear([bytes]).request.bytes);
      assert.deepEqual(rest, hear([bytes]).rest);
    });
  }

  it("answers the handshake with version 3, a fresh S1 and C1 repeated", () => {
    const client = handshake();
    const negotiation = new ServerNegotiation(65_536);
    assert.equal(negotiation.push(client.subarray(0, c0c1Bytes - 1)).length, 0);
    const answer = negotiation.push(client.subarray(c0c1Bytes - 1, c0c1Bytes));
    assert.equal(answer.length, s0s1s2Bytes);
    assert.equal(answer[0], 3);
    assert.deepEqual(answer.subarray(1, 9), Buffer.alloc(8));
    assert.deepEqual(answer.subarray(1537), client.subarray(1, c0c1Bytes));
    assert.notDeepEqual(answer, new ServerNegotiation(65_536).push(client.subarray(0, c0c1Bytes)));
  });

  it("answers connect and createStream and nothing else", () => {
    const { answers } = hear([obs("rtmp://h/live", "u:p:cam")]);
    const heard = messagesOf(answers.subarray(s0s1s2Bytes));
    assert.deepEqual(
      heard.map(({ chunkStreamId, type }) => [chunkStreamId, type]),
      [
        [2, 5],
        [2, 6],
        [2, 1],
        [3, 20],
        [3, 20],
      ],
    );
    assert.deepEqual(heard[0]?.body, Buffer.from("002625a0", "hex"));
    assert.deepEqual(heard[1]?.body, Buffer.from("002625a002", "hex"));
    assert.deepEqual(heard[2]?.body, Buffer.from("00010000", "hex"));
    assert.deepEqual(heard[4]?.body, writeAmf0("_result", 4, null, 1));
  });

  const faults: [title: string, code: string, act: () => unknown][] = [
    ["speaks HTTP", "bad-handshake", () => new ServerNegotiation(65_536).push(Buffer.from("G"))],
    ["speaks RTMPE", "bad-handshake", () => new ServerNegotiation(65_536).push(Buffer.of(6))],
    ["begins with publish", "unexpected-message", () => say(command(3, "publish", 1, null, "k"))],
    ["connects twice", "unexpected-message", () => say(connect, connect)],
    ["has no tcUrl", "unexpected-message", () => say(command(3, "connect", 1, { app: "live" }))],
    [
      "has no app",
      "unexpected-message",
      () => say(command(3, "connect", 1, { tcUrl: "rtmp://h" })),
    ],
    ["has no key at all", "unexpected-message", () => say(connect, command(3, "play", 1, null))],
    ["sends half a command", "bad-amf0", () => say(message(3, 20, writeAmf0("connect")))],
    [
      "announces a message of 16 MB",
      "too-large",
      () => {
        const negotiation = say();
        negotiation.push(Buffer.from("03000000ffffff1400000000", "hex"));
      },
    ],
  ];
  for (const [title, code, act] of faults) {
    it(`is over when the client ${title}`, () => {
      assert.throws(act, { name: "RtmpError", code });
    });
  }

  it("tells a client that speaks AMF3 so, and is over", () => {
    const { rejection } = say(message(3, 17, Buffer.from("00")));
    assert.equal(rejection?.code, "unsupported");
  });

  it("is over when the client talks on and on", () => {
    const negotiation = new ServerNegotiation(5_000);
    negotiation.push(handshake());
    const ping = writeMessage(message(2, 4, Buffer.alloc(6)), 128);
    const chatter = () => {
      for (let i = 0; i < 200; i++) negotiation.push(ping);
    };
    assert.throws(chatter, { code: "too-large" });
  });

  it("does not count media that comes right behind publish", () => {
    const bytes = Buffer.concat([obs("rtmp://h/live", "k"), Buffer.alloc(70_000)]);
    assert.equal(hear([bytes]).rest.length, 70_000);
  });
});
