import assert from "node:assert/strict";
import fc from "fast-check";
import { RtmpError } from "../../../../gateway/rtmp/errors";
import { ChunkReader } from "../../../../gateway/rtmp/protocol/chunkReader";
import { writeMessage } from "../../../../gateway/rtmp/protocol/chunkWriter";
import type { Message, ReadMessage } from "../../../../gateway/rtmp/protocol/message";
import { ClientWriter } from "../fixtures/clientWriter";
import { message, messagesOf, uint32 } from "../fixtures/conversations";

const plain = ({ chunkStreamId, type, timestamp, messageStreamId, body }: Message) => ({
  ...{ chunkStreamId, type, timestamp, messageStreamId },
  body: body.toString("hex"),
});

const anyMessage: fc.Arbitrary<Message> = fc.record({
  chunkStreamId: fc.integer({ min: 3, max: 8 }),
  type: fc.constantFrom(8, 9, 18, 20),
  timestamp: fc.oneof(
    fc.constantFrom(0, 0xfffffe, 0xffffff, 0x1000000, 0xffffffff),
    fc.integer({ min: 0, max: 0xffffffff }),
  ),
  messageStreamId: fc.constantFrom(0, 1, 0xff00ff00),
  body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

const chunkSizeMessage = (size: number) => message(2, 1, uint32(size));

describe("RTMP chunks", () => {
  it("are read back as the messages that were written, at any chunk size", () => {
    fc.assert(
      fc.property(fc.array(anyMessage), fc.integer({ min: 1, max: 400 }), (messages, size) => {
        const bytes = [
          writeMessage(chunkSizeMessage(size), 128),
          ...messages.map((each) => writeMessage(each, size)),
        ];
        const read = messagesOf(Buffer.concat(bytes)).slice(1);
        assert.deepEqual(read.map(plain), messages.map(plain));
      }),
    );
  });

  it("are read with every header form, interleaved, with chunk sizes changing in mid-message", () => {
    const turn = fc.record({
      pick: fc.nat(),
      shortest: fc.integer({ min: 0, max: 3 }),
      size: fc.option(fc.integer({ min: 1, max: 300 })),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(anyMessage, turn)), (script) => {
        const writer = new ClientWriter();
        const expected: Message[] = [];
        const pieces: Buffer[] = [];
        for (const [each, { pick, shortest, size }] of script) {
          const chunks = writer.write(each, shortest);
          const [cut, others] = [pick % (chunks.length + 1), writer];
          pieces.push(...chunks.slice(0, cut));
          if (cut > 0 && cut < chunks.length) {
            // Between two chunks: a message on the control chunk stream.
            const between = message(2, 3, uint32(pick));
            pieces.push(...others.write(between));
            expected.push(between);
          }
          pieces.push(...chunks.slice(cut));
          expected.push(each);
          if (size !== null) {
            const change = chunkSizeMessage(size);
            pieces.push(...writer.write(change));
            expected.push(change);
          }
        }
        assert.deepEqual(messagesOf(Buffer.concat(pieces)).map(plain), expected.map(plain));
      }),
    );
  });

  it("go on by the last time step when they have no header", () => {
    const writer = new ClientWriter();
    const times = [10, 30, 50, 70, 0x2000000, 0x4000000 - 70];
    const bytes = times.map((timestamp) =>
      writer.bytes(message(4, 9, Buffer.of(1), { timestamp })),
    );
    assert.deepEqual(
      bytes.map(([first = 0]) => first >> 6),
      [0, 2, 3, 3, 2, 3],
    );
    assert.deepEqual(
      messagesOf(Buffer.concat(bytes)).map(({ timestamp }) => timestamp),
      times,
    );
  });

  it("count a new chunk size from the next chunk on, also within a message", () => {
    const body = Buffer.from("x".repeat(300));
    const whole = writeMessage(message(4, 9, body), 128);
    const tail = body.subarray(128);
    const bytes = Buffer.concat([
      whole.subarray(0, 12 + 128),
      writeMessage(chunkSizeMessage(100), 128),
      ...[Buffer.of(0xc4), tail.subarray(0, 100), Buffer.of(0xc4), tail.subarray(100)],
    ]);
    assert.deepEqual(messagesOf(bytes)[1]?.body, body);
  });

  it("are dropped after Abort, and told where they lay", () => {
    const reader = new ChunkReader(1000);
    const cut = writeMessage(message(4, 9, Buffer.alloc(200)), 128).subarray(0, 140);
    const next = message(4, 8, Buffer.from("next"));
    const abort = writeMessage(message(2, 2, uint32(4)), 128);
    const bytes = Buffer.concat([cut, abort, writeMessage(next, 128)]);
    assert.deepEqual(messagesOf(bytes, reader).slice(1).map(plain), [plain(next)]);
    assert.deepEqual(reader.aborted, [{ start: 12, end: 140 }]);
  });

  it("say where a message and its body lie", () => {
    const bytes = writeMessage(message(4, 9, Buffer.alloc(130)), 128);
    const [{ span, parts } = {} as ReadMessage] = messagesOf(bytes);
    assert.deepEqual(span, { start: 0, end: bytes.length });
    assert.deepEqual(parts, [
      { start: 12, end: 140 },
      { start: 141, end: 143 },
    ]);
  });

  it("are not touched until they are complete", () => {
    const bytes = new ClientWriter().bytes(
      message(4, 9, Buffer.alloc(20), { timestamp: 0x1000000 }),
    );
    const reader = new ChunkReader(100);
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(reader.read(bytes.subarray(0, length), 0), null);
    }
    assert.equal(reader.read(bytes, 0)?.end, bytes.length);
  });

  const faults: [title: string, code: string, hex: string][] = [
    ["an id above 63", "bad-chunk", "0040"],
    ["a chunk stream that begins with form 1", "bad-chunk", "44"],
    ["a chunk stream that begins with form 3", "bad-chunk", "c4"],
    ["a message within a message", "bad-chunk", `04000000000100090000000${"0".repeat(257)}04`],
    ["a message that is longer than allowed", "too-large", "04000000ffffff0900000000"],
    ["chunk size 0", "bad-chunk", "02000000000004010000000000000000"],
    ["a chunk size with the top bit set", "bad-chunk", "02000000000004010000000080000000"],
    ["an Abort without a chunk stream", "bad-chunk", "020000000000010200000000ff"],
  ];
  for (const [title, code, hex] of faults) {
    it(`are a fault with ${title}`, () => {
      const read = () => messagesOf(Buffer.from(hex, "hex"), new ChunkReader(1000));
      assert.throws(read, (fault: unknown) => fault instanceof RtmpError && fault.code === code);
    });
  }

  it("are a fault on more than 32 chunk streams", () => {
    const on = (id: number) => writeMessage(message(id, 8, Buffer.of(1)), 128);
    const ids = Array.from({ length: 33 }, (_, index) => index + 2);
    assert.equal(messagesOf(Buffer.concat(ids.slice(1).map(on))).length, 32);
    assert.throws(() => messagesOf(Buffer.concat(ids.map(on))), { code: "too-large" });
  });
});
