import assert from "node:assert/strict";
import { mock } from "node:test";
import fc from "fast-check";
import {
  parseHead,
  RtspError,
  type RtspRequest,
  response,
  serializeRequest,
} from "../../../gateway/rtsp/message";
import { RtspReader } from "../../../gateway/rtsp/reader";

const sdp = "v=0\r\ns=-\r\nm=video 0 RTP/AVP 96\r\na=control:streamid=0\r\n";
const announce = `ANNOUNCE rtsp://h/cam RTSP/1.0\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
const options = "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n";
const teardown = "TEARDOWN rtsp://h/cam RTSP/1.0\r\nCSeq: 9\r\nSession: 1\r\n\r\n";

const frame = (channel: number, payload: Buffer): Buffer => {
  const head = Buffer.from([0x24, channel, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([head, payload]);
};
// Payloads that look like the beginning of something else.
const frames = [
  frame(0, Buffer.from("OPTIONS * RTSP/1.0\r\n\r\n")),
  frame(1, Buffer.alloc(0)),
  frame(0, Buffer.from("$$$$$\r\n\r\n")),
  frame(2, Buffer.alloc(3000, 0x24)),
];
const conversation = Buffer.concat([
  Buffer.from(options + announce),
  ...frames,
  Buffer.from(`\r\n${options}`),
  ...frames.slice(0, 1),
  Buffer.from(teardown),
]);

/** Everything that comes out, media joined, so that it does not depend on the split. */
function readAll(chunks: readonly Buffer[]): (RtspRequest | string)[] {
  const reader = new RtspReader();
  const out: (RtspRequest | string)[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let part = reader.next(); part; part = reader.next()) {
      const last = out.at(-1);
      if (!Buffer.isBuffer(part)) out.push(part);
      else if (typeof last === "string") out[out.length - 1] = last + part.toString("latin1");
      else out.push(part.toString("latin1"));
    }
  }
  return out;
}

const expected = [
  { method: "OPTIONS", url: "*", headers: [["CSeq", "1"]], body: Buffer.alloc(0) },
  {
    method: "ANNOUNCE",
    url: "rtsp://h/cam",
    headers: [
      ["CSeq", "2"],
      ["Content-Type", "application/sdp"],
      ["Content-Length", String(sdp.length)],
    ],
    body: Buffer.from(sdp),
  },
  Buffer.concat(frames).toString("latin1"),
  { method: "OPTIONS", url: "*", headers: [["CSeq", "1"]], body: Buffer.alloc(0) },
  frames[0]?.toString("latin1"),
  {
    method: "TEARDOWN",
    url: "rtsp://h/cam",
    headers: [
      ["CSeq", "9"],
      ["Session", "1"],
    ],
    body: Buffer.alloc(0),
  },
];

describe("RTSP reader", () => {
  it("takes a conversation apart that came in one piece", () => {
    assert.deepEqual(readAll([conversation]), expected);
  });

  it("reads the same wherever the bytes are split in two", () => {
    for (let at = 0; at <= conversation.length; at++) {
      const chunks = [conversation.subarray(0, at), conversation.subarray(at)];
      assert.deepEqual(readAll(chunks), expected, `split at ${at}`);
    }
  });

  it("reads the same byte by byte and in any split", () => {
    assert.deepEqual(readAll([...conversation].map((byte) => Buffer.from([byte]))), expected);
    const cuts = fc.array(fc.nat(conversation.length), { maxLength: 30 });
    fc.assert(
      fc.property(cuts, (unsorted) => {
        const ends = [...unsorted].sort((a, b) => a - b);
        const chunks = [...ends, conversation.length].map((end, i) =>
          conversation.subarray(ends[i - 1] ?? 0, end),
        );
        assert.deepEqual(readAll(chunks), expected);
      }),
    );
  });

  it("hands on a chunk of nothing but media as it is, without a copy", () => {
    const reader = new RtspReader();
    const whole = Buffer.concat(frames);
    for (const chunk of [whole.subarray(0, 17), whole.subarray(17)]) {
      reader.push(chunk);
      assert.equal(reader.next(), chunk);
      assert.equal(reader.next(), undefined);
    }
  });

  const faults: [string, string, number][] = [
    ["a request line that is none", "HELLO\r\n\r\n", 400],
    ["another RTSP version", "OPTIONS * RTSP/2.0\r\n\r\n", 505],
    ["RTSP over HTTP", "GET /x HTTP/1.0\r\nAccept: application/x-rtsp-tunnelled\r\n\r\n", 501],
    ["a response", "RTSP/1.0 200 OK\r\n\r\n", 400],
    ["a header without a colon", "OPTIONS * RTSP/1.0\r\nCSeq\r\n\r\n", 400],
    ["white space before the colon", "OPTIONS * RTSP/1.0\r\nContent-Length : 5\r\n\r\n", 400],
    ["a bare line feed in a header", "OPTIONS * RTSP/1.0\r\nA: b\nC: d\r\n\r\n", 400],
    [
      "a repeated Content-Length",
      `OPTIONS * RTSP/1.0\r\n${"Content-Length: 1\r\n".repeat(2)}\r\n`,
      400,
    ],
    ["a Content-Length that is no number", "OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n", 400],
    ["a huge body", "OPTIONS * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n", 413],
    ["a huge head", `OPTIONS * RTSP/1.0\r\nA: ${"b".repeat(20_000)}`, 400],
    ["too many headers", `OPTIONS * RTSP/1.0\r\n${"A: b\r\n".repeat(101)}\r\n`, 400],
  ];
  for (const [what, text, status] of faults) {
    it(`refuses ${what} with ${status}`, () => {
      assert.throws(
        () => readAll([Buffer.from(text)]),
        (error) => error instanceof RtspError && error.status === status,
      );
    });
  }

  it("reads a body as large as allowed after a head as large as allowed", () => {
    const lines = `OPTIONS * RTSP/1.0\r\nContent-Length: 65536\r\nA: `;
    const head = lines + "b".repeat(8_192 - lines.length);
    const [request] = readAll([Buffer.from(`${head}\r\n\r\n`), Buffer.alloc(65_536, 7)]);
    assert.ok(typeof request === "object");
    assert.deepEqual(request.body, Buffer.alloc(65_536, 7));
  });

  it("writes a request so that it is read back the same", () => {
    const [, request] = expected;
    assert.ok(typeof request === "object");
    assert.equal(serializeRequest(request as unknown as RtspRequest).toString(), announce);
  });

  it("answers with the CSeq of the request", () => {
    assert.equal(
      response({ headers: [["cseq", "7"]] }, 401, "Unauthorized", [["A", "b"]]).toString(),
      "RTSP/1.0 401 Unauthorized\r\nCSeq: 7\r\nA: b\r\n\r\n",
    );
  });

  it("reads a long run of blanks in a header, which would take hours if its time grew with the square", () => {
    const head = `OPTIONS rtsp://h/ RTSP/1.0\r\nX:${" ".repeat(3_000_000)}\u0001`;
    assert.throws(() => parseHead(head), RtspError);
  });
});

describe("the RTSP reader's work", () => {
  it("grows with the bytes, however many requests a chunk holds", () => {
    /** Bytes copied while one chunk of so many short requests is read. */
    const copied = (requests: number) => {
      const chunk = Buffer.from("OPTIONS * RTSP/1.0\r\n\r\n".repeat(requests));
      let bytes = 0;
      const { copy } = Buffer.prototype;
      const counting = mock.method(
        Buffer.prototype,
        "copy",
        function (this: Buffer, ...args: Parameters<Buffer["copy"]>) {
          const length = copy.apply(this, args);
          bytes += length;
          return length;
        },
      );
      try {
        const reader = new RtspReader();
        reader.push(chunk);
        let read = 0;
        while (reader.next()) read++;
        assert.equal(read, requests);
      } finally {
        counting.mock.restore();
      }
      return bytes;
    };
    const few = copied(700);
    assert.ok(
      copied(2_800) <= 5 * few,
      `${copied(2_800)} bytes, ${few} for a quarter of the requests`,
    );
  });
});
