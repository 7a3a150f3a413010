import assert from "node:assert/strict";
import { createC0C1, s0s1s2Bytes } from "../../../gateway/rtmp/protocol/handshake";
import type { Message } from "../../../gateway/rtmp/protocol/message";
import {
  answerConnect,
  answerCreateStream,
  errorStatus,
} from "../../../gateway/rtmp/protocol/messages";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import { UpstreamNegotiation } from "../../../gateway/rtmp/upstreamNegotiation";
import { ClientWriter } from "./fixtures/clientWriter";
import { command, message, messagesOf, obs, uint32 } from "./fixtures/conversations";

const s0s1s2 = Buffer.concat([createC0C1(), Buffer.alloc(1536, 2)]);
const [greetingAck, greetingBandwidth, greetingSize, connected] = answerConnect(3, 1) as [
  Message,
  Message,
  Message,
  Message,
];
const created = answerCreateStream(3, 4);
const status = errorStatus("NetStream.Publish.Start", "x");

function openingOfObs(): UpstreamNegotiation {
  const negotiation = new ServerNegotiation(65_536);
  negotiation.push(obs("rtmp://h/live", "u:p:cam"));
  assert.ok(negotiation.request);
  return new UpstreamNegotiation(negotiation.request, Buffer.from("replay"));
}

/** MediaMTX's words after the handshake, written as MediaMTX writes them. */
function mediamtx(...messages: Message[]): Buffer {
  const writer = new ClientWriter();
  return Buffer.concat([s0s1s2, ...messages.map((each) => writer.bytes(each))]);
}

/** What comes after the opening is copied, as the server does. */
function pushAll(negotiation: UpstreamNegotiation, ...pieces: Buffer[]) {
  const steps = pieces.map((piece) =>
    negotiation.done ? { toClient: piece, toMediamtx: Buffer.alloc(0) } : negotiation.push(piece),
  );
  return {
    toClient: Buffer.concat(steps.map((step) => step.toClient)),
    toMediamtx: Buffer.concat(steps.map((step) => step.toMediamtx)),
  };
}

const usual = [greetingAck, greetingBandwidth, greetingSize, connected, created];

describe("MediaMTX's answers at the beginning", () => {
  it("are dropped where the client has had them, and the rest goes on as it is, at any split", () => {
    const answers = mediamtx(...usual);
    const raw = Buffer.from("whatever comes then");
    const all = Buffer.concat([answers, raw]);
    for (let cut = 1; cut < all.length; cut++) {
      const negotiation = openingOfObs();
      const { toClient, toMediamtx } = pushAll(
        negotiation,
        all.subarray(0, cut),
        all.subarray(cut),
      );
      assert.ok(negotiation.done);
      assert.ok(toClient.equals(raw));
      assert.ok(
        toMediamtx.equals(Buffer.concat([s0s1s2.subarray(1, 1537), Buffer.from("replay")])),
      );
    }
  });

  it("are awaited to the last", () => {
    const negotiation = openingOfObs();
    const answers = mediamtx(...usual);
    pushAll(negotiation, answers.subarray(0, -1));
    assert.equal(negotiation.done, false);
    pushAll(negotiation, answers.subarray(-1));
    assert.equal(negotiation.done, true);
  });

  it("pass when they are something else than the client was told", () => {
    const acknowledgement = message(2, 3, uint32(3500));
    const size = message(2, 1, uint32(256));
    const called = command(3, "onBWDone", 0, null, "x".repeat(300));
    const sent = [greetingAck, acknowledgement, size, connected, called, created];
    const { toClient } = pushAll(openingOfObs(), mediamtx(...sent));
    // Read as the client reads, which was told another chunk size before.
    const told = new ClientWriter().bytes(greetingSize);
    const bodies = messagesOf(Buffer.concat([told, toClient])).map(({ body }) => body);
    assert.deepEqual(bodies.slice(1), [acknowledgement.body, size.body, called.body]);
  });

  it("leave the client with the last message of MediaMTX, to which short headers refer", () => {
    const acknowledgement = message(2, 3, uint32(1));
    const writer = new ClientWriter();
    const sent = [acknowledgement, greetingAck, connected, created, greetingAck, greetingAck];
    const bytes = sent.map((each) => writer.bytes(each));
    const { toClient } = pushAll(openingOfObs(), Buffer.concat([s0s1s2, ...bytes]));
    assert.deepEqual(
      messagesOf(toClient).map(({ body }) => body),
      [acknowledgement.body, greetingAck.body, greetingAck.body, greetingAck.body],
    );
  });

  it("may be an error, which passes", () => {
    const negotiation = openingOfObs();
    const refused = command(3, "_error", 1, null, { code: "NetConnection.Connect.Rejected" });
    const { toClient } = pushAll(negotiation, mediamtx(refused, status));
    assert.deepEqual(
      messagesOf(toClient).map(({ body }) => body),
      [refused.body, status.body],
    );
    assert.equal(negotiation.done, false);
  });

  it("are a fault when they open another stream than the client was told", () => {
    const other = { ...created, body: command(3, "_result", 4, null, 2).body };
    assert.throws(() => pushAll(openingOfObs(), mediamtx(connected, other)), { code: "upstream" });
  });

  it("are a fault when they are no RTMP or do not come to an end", () => {
    assert.throws(() => pushAll(openingOfObs(), Buffer.alloc(s0s1s2Bytes)), {
      code: "bad-handshake",
    });
    const ping = new ClientWriter().bytes(message(2, 4, Buffer.alloc(6)));
    const pings = Array.from({ length: 4000 }, () => ping);
    assert.throws(() => pushAll(openingOfObs(), s0s1s2, ...pings), { code: "upstream" });
  });
});
