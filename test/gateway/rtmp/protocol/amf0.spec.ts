import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Amf0Input,
  blankTexts,
  readAmf0,
  replaceValues,
  writeAmf0,
} from "../../../../gateway/rtmp/protocol/amf0";

const { value: anyValue } = fc.letrec<{ value: Amf0Input }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.constant(null),
    fc.dictionary(fc.string({ minLength: 1 }), tie("value"), { noNullPrototype: true }),
  ),
}));

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("RTMP command bodies (AMF0)", () => {
  it("are walked to their end, value by value", () => {
    fc.assert(
      fc.property(fc.array(anyValue), (values) => {
        const body = writeAmf0(...values);
        const read = readAmf0(body).values;
        assert.equal(read.length, values.length);
        read.forEach((value, index) => {
          const expected = values[index] ?? null;
          assert.deepEqual(body.subarray(value.start, value.end), writeAmf0(expected));
          assert.equal(value.text, typeof expected === "string" ? expected : undefined);
          assert.equal(value.number, typeof expected === "number" ? expected : undefined);
        });
      }),
    );
  });

  it("keep every other byte when a value is replaced", () => {
    fc.assert(
      fc.property(fc.array(anyValue), anyValue, fc.array(anyValue), (before, old, after) => {
        const body = writeAmf0(...before, old, ...after);
        const found = readAmf0(body).values[before.length];
        assert.ok(found);
        const replaced = replaceValues(body, [[found, "new"]]);
        assert.deepEqual(replaced, writeAmf0(...before, "new", ...after));
      }),
    );
  });

  it("keep their size when texts are blanked, at any depth", () => {
    const body = writeAmf0("connect", 1, { app: "live", deep: { tcUrl: "ä" } });
    const { texts } = readAmf0(body);
    const expected = writeAmf0("-------", 1, { app: "----", deep: { tcUrl: "--" } });
    assert.deepEqual(blankTexts(body, texts), expected);
  });

  it("may hold every type of the format", () => {
    const types = [
      "01 01", // boolean
      "06", // undefined
      "07 0001", // reference
      "08 00000009 0001 61 05 0000 09", // ECMA array with a wrong count
      "0a 00000002 05 02 0001 62", // strict array
      "0b 0000000000000000 0000", // date
      "0c 00000002 6869", // long string
      "0d", // unsupported
      "0f 00000001 78", // XML document
      "10 0001 43 0001 61 02 0001 62 0000 09", // typed object
    ];
    const { values, texts } = readAmf0(hex(types.join("")));
    assert.equal(values.length, types.length);
    assert.equal(values[6]?.text, "hi");
    assert.deepEqual(
      values[9]?.properties?.map(([name, { text }]) => [name, text]),
      [["a", "b"]],
    );
    assert.equal(texts.length, 4);
  });

  it("are Latin-1 where they are not UTF-8", () => {
    assert.equal(readAmf0(hex("02 0002 e461")).values[0]?.text, "äa");
  });

  const faults: [title: string, text: string][] = [
    ["a cut number", "00 00"],
    ["a cut string", "02 0005 61"],
    ["an object without end", "03 0001 61 05"],
    ["an object with a wrong end", "03 0000 05"],
    ["a long string that says 4 GB", "0c ffffffff"],
    ["a strict array that says 4 G values", "0a ffffffff 05"],
    ["an unknown type", "11"],
    ["values nested 17 deep", "0a00000001".repeat(17)],
  ];
  for (const [title, text] of faults) {
    it(`are a fault with ${title}`, () => {
      assert.throws(() => readAmf0(hex(text)), { name: "RtmpError", code: "bad-amf0" });
    });
  }
});
