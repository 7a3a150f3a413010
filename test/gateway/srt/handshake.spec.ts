import assert from "node:assert/strict";
import fc from "fast-check";
import { Cookies } from "../../../gateway/srt/cookie";
import {
  destinationOf,
  inductionBefore,
  inductionResponse,
  isShutdown,
  readConclusion,
  readHandshake,
  rejection,
  rewriteConclusion,
  shutdown,
} from "../../../gateway/srt/handshake";
import { conclusionPacket, extension, inductionPacket, streamIdExtension } from "./packets";

const hsreq = extension(1, Buffer.from("00010501000000bf00780000", "hex"));
const congestion = extension(6, Buffer.from("live").swap32());
const keyMaterial = extension(3, Buffer.alloc(80, 0xab));
const streamId = streamIdExtension("user:pass:name");

describe("SRT handshake", () => {
  it("knows the kinds of handshakes and their fields", () => {
    assert.deepEqual(readHandshake(inductionPacket(77)), {
      kind: "induction",
      type: 1,
      version: 4,
      socketId: 77,
      cookie: 0,
    });
    assert.deepEqual(readHandshake(conclusionPacket(77, 99, [hsreq])), {
      kind: "conclusion",
      type: 0xffffffff,
      version: 5,
      socketId: 77,
      cookie: 99,
    });
    assert.equal(readHandshake(rejection(inductionPacket(1), 2))?.kind, "rejection");
    assert.equal(readHandshake(inductionPacket(1).subarray(0, 63)), undefined);
    assert.equal(readHandshake(Buffer.alloc(64)), undefined);
  });

  it("reads a stream id as libsrt puts it on the wire", () => {
    assert.equal(streamIdExtension("user").toString("hex"), "0005000172657375");
    const packet = conclusionPacket(1, 2, [hsreq, streamId, congestion]);
    assert.deepEqual(readConclusion(packet), { streamId: "user:pass:name", encrypted: false });
  });

  it("finds the stream id and the key material wherever they stand", () => {
    for (const extensions of [
      [streamId, hsreq, keyMaterial],
      [keyMaterial, hsreq, congestion, streamId],
    ]) {
      const packet = conclusionPacket(1, 2, extensions);
      assert.deepEqual(readConclusion(packet), { streamId: "user:pass:name", encrypted: true });
    }
  });

  it("reads a CONCLUSION without stream id as one with an empty one", () => {
    assert.equal(readConclusion(conclusionPacket(1, 2, [hsreq]))?.streamId, "");
  });

  it("refuses extensions that overrun, are cut short, twice a stream id, or one of over 512 bytes", () => {
    const packet = conclusionPacket(1, 2, [hsreq, streamId]);
    assert.equal(readConclusion(packet.subarray(0, packet.length - 1)), undefined);
    assert.equal(readConclusion(Buffer.concat([packet, Buffer.from([0, 5])])), undefined);
    assert.equal(readConclusion(conclusionPacket(1, 2, [streamId, streamId])), undefined);
    const long = conclusionPacket(1, 2, [streamIdExtension("x".repeat(513))]);
    assert.equal(readConclusion(long), undefined);
  });

  it("carries any stream id there and back", () => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 60 })
      .filter((one) => !one.includes("\0"));
    fc.assert(
      fc.property(text, (one) => {
        const packet = conclusionPacket(1, 2, [hsreq, streamIdExtension(one)]);
        assert.equal(readConclusion(packet)?.streamId, one);
      }),
    );
  });

  it("puts in cookie and stream id and leaves every other byte as it was", () => {
    const before = conclusionPacket(7, 1111, [hsreq, streamId, congestion, keyMaterial]);
    const expected = conclusionPacket(7, 2222, [
      hsreq,
      streamIdExtension("publish:a/b:ticket:0123"),
      congestion,
      keyMaterial,
    ]);
    assert.deepEqual(rewriteConclusion(before, 2222, "publish:a/b:ticket:0123"), expected);
  });

  it("answers an INDUCTION as a listener of version 5 does", () => {
    const answer = inductionResponse(inductionPacket(77), 1234);
    assert.equal(destinationOf(answer), 77);
    assert.equal(answer.readUInt32BE(20), 0x4a17);
    const { kind, version, cookie } = readHandshake(answer) ?? {};
    assert.deepEqual({ kind, version, cookie }, { kind: "induction", version: 5, cookie: 1234 });
  });

  it("answers an INDUCTION with no more bytes than it got", () => {
    const long = Buffer.concat([inductionPacket(1), Buffer.alloc(1000)]);
    assert.equal(inductionResponse(long, 1).length, 64);
  });

  it("rejects with libsrt's reason plus 1000, to the caller's socket", () => {
    const answer = rejection(conclusionPacket(77, 1, [streamId, keyMaterial]), 1401);
    assert.equal(answer.length, 64);
    assert.equal(destinationOf(answer), 77);
    assert.equal(readHandshake(answer)?.type, 2401);
  });

  it("makes the INDUCTION that belongs to a CONCLUSION", () => {
    const packet = conclusionPacket(77, 1234, [hsreq, streamId]);
    assert.deepEqual(inductionBefore(packet), inductionPacket(77));
  });

  it("knows a SHUTDOWN", () => {
    assert.equal(isShutdown(shutdown(5)), true);
    assert.equal(destinationOf(shutdown(5)), 5);
    assert.equal(isShutdown(inductionPacket(1)), false);
  });
});

describe("SRT cookie", () => {
  it("is good for its address and port only", () => {
    const cookies = new Cookies();
    const cookie = cookies.issue("192.0.2.1", 1000);
    assert.equal(cookies.verify(cookie, "192.0.2.1", 1000), true);
    assert.equal(cookies.verify(cookie, "192.0.2.1", 1001), false);
    assert.equal(cookies.verify(cookie, "192.0.2.2", 1000), false);
    assert.equal(cookies.verify(cookie ^ 1, "192.0.2.1", 1000), false);
  });

  it("is good for at least 30 s and at most 60 s", () => {
    let now = 29_999;
    const cookies = new Cookies(() => now);
    const cookie = cookies.issue("::1", 1);
    now += 30_000;
    assert.equal(cookies.verify(cookie, "::1", 1), true);
    now = 60_000;
    assert.equal(cookies.verify(cookie, "::1", 1), false);
  });

  it("differs from one process to the next", () => {
    assert.equal(new Cookies().verify(new Cookies().issue("::1", 1), "::1", 1), false);
  });
});
