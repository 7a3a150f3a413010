/** Everything that reads bytes from the network, with inputs made to break it. Shared by the suite and `npm run fuzz`. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { httpCredentials } from "../../../gateway/auth/credentials/httpCredentials";
import { parseHlsRequest } from "../../../gateway/hls/request";
import { RtmpError } from "../../../gateway/rtmp/errors";
import { readAmf0 } from "../../../gateway/rtmp/protocol/amf0";
import { ChunkReader } from "../../../gateway/rtmp/protocol/chunkReader";
import { replay } from "../../../gateway/rtmp/replay";
import { ServerNegotiation } from "../../../gateway/rtmp/serverNegotiation";
import { readStreamKey } from "../../../gateway/rtmp/streamKey";
import { UpstreamNegotiation } from "../../../gateway/rtmp/upstreamNegotiation";
import { RtspError } from "../../../gateway/rtsp/message";
import { RtspReader } from "../../../gateway/rtsp/reader";
import { readTarget, urlRewriter } from "../../../gateway/rtsp/requestUrl";
import { rewriteRequest } from "../../../gateway/rtsp/rewrite";
import {
  destinationOf,
  inductionResponse,
  isShutdown,
  readConclusion,
  readHandshake,
  rejection,
  rewriteConclusion,
} from "../../../gateway/srt/handshake";
import { readStreamId } from "../../../gateway/srt/streamId";
import { isStreamName } from "../../../shared/authContract";
import {
  captures,
  handshakeBytes,
  messagesOf,
  obs,
  unusualClient,
} from "../rtmp/fixtures/conversations";
import { conclusionPacket, extension, streamIdExtension } from "../srt/packets";

export interface ParserCase<Input> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** The longest and most awkward of what the reader may be given, for the time of one step. */
  readonly worst?: () => Iterable<Input>;
  /** Throws when the reader does anything but answer or refuse. */
  readonly survive: (input: Input) => void;
}

const ticket = { user: "ticket", password: "0123456789" };
export const buffer = (maxLength: number) =>
  fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));

/** Any text, made of the given pieces, sometimes in a long run, and others. */
export const textOf = (pieces: readonly string[]): fc.Arbitrary<string> => {
  const piece = fc.constantFrom(...pieces);
  // As much as a server takes before it knows what a client wants.
  const run = fc.tuple(piece, fc.nat(65_536)).map(([one, size]) => one.repeat(size / one.length));
  const part = fc.oneof(
    { weight: 60, arbitrary: piece },
    { weight: 20, arbitrary: fc.string() },
    { weight: 1, arbitrary: run },
  );
  return fc.array(part, { maxLength: 14 }).map((parts) => parts.join(""));
};

/** Texts of a length: each pair of pieces in turns, and each piece before and behind a run of each other. */
export function* longTexts(pieces: readonly string[], length: number): Generator<string> {
  const run = (text: string) => text.repeat(Math.ceil(length / text.length)).slice(0, length);
  for (const one of pieces) {
    for (const other of pieces) {
      yield run(one + other);
      yield one + run(other);
      yield run(other) + one;
    }
  }
}

/** What `longTexts` gives, made into inputs. */
export function* worstOf<Input>(
  pieces: readonly string[],
  length: number,
  input: (text: string) => Input,
): Generator<Input> {
  for (const text of longTexts(pieces, length)) yield input(text);
}

const edits = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { maxLength: 8 });

/** The bytes from `from` on with some of them changed. */
function edited(bytes: Buffer, from: number, changes: readonly { at: number; byte: number }[]) {
  const copy = Buffer.from(bytes);
  for (const { at, byte } of changes) copy[from + (at % (copy.length - from))] = byte;
  return copy;
}

/** Runs `read`; a fault of the peer is as good as an answer. */
export function refusing(fault: new (...args: never[]) => Error, read: () => void): void {
  try {
    read();
  } catch (error) {
    assert.ok(error instanceof fault, String(error));
  }
}

export const parserCase = <Input>(one: ParserCase<Input>): ParserCase<unknown> =>
  one as ParserCase<unknown>;

const conversations = [
  ...captures.map(({ bytes }) => bytes),
  obs("rtmp://h/live", "u:p@ss:cam"),
  unusualClient("rtmp://h/live", "u:p:cam"),
];

const rtmpConversation = fc
  .tuple(fc.nat(conversations.length - 1), edits)
  .map(([which, changes]) =>
    edited(conversations[which] ?? Buffer.alloc(0), handshakeBytes, changes),
  );

/** What MediaMTX says to a client of ours: valid messages as a start for edits. */
const answeredHello = new ServerNegotiation(65_536);
const mediamtxAnswers = answeredHello.push(obs("rtmp://h/live", "u:p:cam"));

const keyPieces = [..."ab:/?&=%40+.#'ä", ...["user=", "pass=", "token=", "mp4:", ".flv", "live/"]];

const rtspPieces = [
  ..."$ $\u0000\u0000\u0003abc \r\n \r\n\r\n CSeq:\u00201\r\n Content-Length:\u00203\r\n".split(
    " ",
  ),
  "OPTIONS * RTSP/1.0\r\n",
  "DESCRIBE rtsp://h/u:p:cam RTSP/1.0\r\n",
  "ANNOUNCE rtsp://u:p@h/cam?x=y RTSP/1.0\r\n",
  "Authorization: Basic dTpw\r\n",
  "a=control:rtsp://h/cam/trackID=0\r\n",
];

const rtspUrlPieces = [
  ..."rtsp:// rtsps:// h [::1] :8554 / ? ?user= &pass= token= jwt= : @ % %3A %2f .. # /trackID=0".split(
    " ",
  ),
];

const streamIdPieces = [
  ...["read", "publish", ":", "#!::", "r=", "s=", "m=", "u=", ",", "%4", "}", "u"],
];

const srtExtension = fc.oneof(
  fc.string().map(streamIdExtension),
  fc
    .tuple(fc.nat(65_535), fc.nat(8))
    .map(([type, words]) => extension(type, Buffer.alloc(4 * words))),
);

const srtPacket = fc.oneof(
  buffer(100),
  fc
    .tuple(fc.array(srtExtension, { maxLength: 5 }), edits, buffer(9))
    .map(([extensions, changes, tail]) =>
      edited(Buffer.concat([conclusionPacket(1, 2, extensions), tail]), 16, changes),
    ),
);

const hlsPieces = [
  ...[..."/.%?&=", "..", "%2e", "%2f", "index.m3u8", "cam", "seg1.mp4", "session="],
];
const authorizationPieces = ["Basic ", "Bearer ", "dTpw", ":", "=", "\u0000"];

export const gatewayParsers: readonly ParserCase<unknown>[] = [
  parserCase({
    name: "an RTMP conversation and what becomes of it for MediaMTX",
    inputs: rtmpConversation,
    survive: (bytes) =>
      refusing(RtmpError, () => {
        const hello = new ServerNegotiation(65_536);
        const answer = hello.push(bytes);
        assert.ok(answer.length <= 65_536);
        if (!hello.request) return;
        const { tcUrl, key } = hello.request;
        readStreamKey(tcUrl, key);
        const told = replay(hello.request, "lease/path", ticket);
        assert.ok(told.length < bytes.length + 2_000);
      }),
  }),
  parserCase({
    name: "RTMP chunks",
    inputs: buffer(500),
    worst: () => [0, 3, 0x43, 0x83, 0xc3, 255].map((byte) => Buffer.alloc(65_536, byte)),
    survive: (bytes) => refusing(RtmpError, () => void messagesOf(bytes, new ChunkReader(1000))),
  }),
  parserCase({
    name: "AMF0",
    inputs: fc
      .array(fc.oneof(fc.constantFrom(0, 1, 2, 3, 8, 9, 10), fc.nat(255)), { maxLength: 200 })
      .map((bytes) => Buffer.from(bytes)),
    worst: () =>
      [
        [3, 0, 1, 97],
        [8, 0, 0, 0, 0, 0, 1, 97],
        [10, 0, 0, 0, 1],
        [10, 255, 255, 255, 255],
        [2, 0, 0],
        [5],
      ].map((bytes) => Buffer.alloc(65_536, Buffer.from(bytes))),
    survive: (body) => refusing(RtmpError, () => void readAmf0(body)),
  }),
  parserCase({
    name: "MediaMTX's answers by RTMP",
    inputs: edits.map((changes) => edited(mediamtxAnswers, 0, changes)),
    survive: (bytes) =>
      refusing(RtmpError, () => {
        assert.ok(answeredHello.request);
        new UpstreamNegotiation(answeredHello.request, Buffer.alloc(0)).push(bytes);
      }),
  }),
  parserCase({
    name: "an RTMP stream key",
    inputs: fc.tuple(textOf(keyPieces), textOf(keyPieces)),
    worst: () => worstOf(keyPieces, 65_535, (text): [string, string] => [text, text]),
    survive: ([app, key]) => {
      const { length } = readStreamKey(`rtmp://h/${app}`, key);
      assert.ok(length >= 1 && length <= 3);
    },
  }),
  parserCase({
    name: "an RTSP conversation and what becomes of it for MediaMTX",
    inputs: fc.array(
      fc.oneof(
        buffer(40),
        textOf(rtspPieces).map((text) => Buffer.from(text)),
      ),
      {
        maxLength: 12,
      },
    ),
    worst: function* () {
      // More requests than this are not read in one step: the server decides about each before it goes on.
      const length = 4_096;
      for (const text of longTexts(rtspPieces, length)) {
        const bytes = Buffer.from(text, "latin1");
        yield [bytes];
        // A byte at a time: nothing may be looked at anew with each.
        yield Array.from(bytes.subarray(0, 4_000), (byte) => Buffer.of(byte));
      }
    },
    survive: (chunks) =>
      refusing(RtspError, () => {
        const reader = new RtspReader();
        let media = 0;
        for (const chunk of chunks) {
          reader.push(chunk);
          for (let part = reader.next(); part; part = reader.next()) {
            if (Buffer.isBuffer(part)) media += part.length;
            else {
              const rewrite = urlRewriter(part.url, "lease/path");
              rewriteRequest(part, rewrite, "rtsp://h/lease/path", () => ticket, "publish");
            }
          }
        }
        assert.ok(media <= Buffer.concat(chunks).length);
      }),
  }),
  parserCase({
    name: "an RTSP URL",
    inputs: fc.tuple(textOf(rtspUrlPieces), textOf(rtspUrlPieces)),
    worst: () => worstOf(rtspUrlPieces, 16_000, (text): [string, string] => [text, text]),
    survive: ([asked, later]) => {
      const target = readTarget(`rtsp://h${asked}`);
      assert.ok(!target || target.candidates.length <= 3);
      const rewritten = urlRewriter(`rtsp://h/${asked}`, "lease/path")(`rtsp://h/${later}`);
      assert.ok(rewritten === undefined || rewritten.includes("/lease/path"));
    },
  }),
  parserCase({
    name: "an SRT datagram and what becomes of it for MediaMTX",
    inputs: srtPacket,
    worst: () =>
      [0, 1, 4, 255].map((byte) =>
        edited(conclusionPacket(1, 2, [streamIdExtension("u:".repeat(256))]), 16, [
          { at: byte, byte },
        ]),
      ),
    survive: (packet) => {
      destinationOf(packet);
      isShutdown(packet);
      const handshake = readHandshake(packet);
      if (!handshake) return;
      assert.ok(inductionResponse(packet, 1).length <= packet.length);
      assert.ok(rejection(packet, 1401).length <= packet.length);
      const conclusion = readConclusion(packet);
      if (conclusion?.streamId) rewriteConclusion(packet, 1, "read:lease/path:u:p");
    },
  }),
  parserCase({
    name: "an SRT stream id",
    inputs: textOf(streamIdPieces),
    worst: () => longTexts(streamIdPieces, 1_500),
    survive: (text) => {
      const request = readStreamId(text);
      assert.ok(!request || (request.candidates.length >= 1 && request.candidates.length <= 3));
    },
  }),
  parserCase({
    name: "an HLS request",
    inputs: fc.tuple(textOf(hlsPieces), textOf(authorizationPieces)),
    worst: function* () {
      for (const text of longTexts(hlsPieces, 16_000)) yield [text, ""] as [string, string];
      for (const text of longTexts(authorizationPieces, 16_000)) {
        yield ["cam/index.m3u8", text] as [string, string];
      }
    },
    survive: ([target, authorization]) => {
      const request = parseHlsRequest(`/${target}`);
      assert.ok(!request || isStreamName(request.stream));
      httpCredentials(authorization, request?.query ?? new URLSearchParams(target));
    },
  }),
];
