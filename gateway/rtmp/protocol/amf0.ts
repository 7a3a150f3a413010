import { isUtf8 } from "node:buffer";
import { RtmpError } from "../errors";
import type { Span } from "./message";

/** A value where it stands in a message body. */
export interface Amf0Value extends Span {
  readonly text?: string;
  readonly number?: number;
  /** Of an object or ECMA array; names may repeat. */
  readonly properties?: readonly (readonly [name: string, value: Amf0Value])[];
}

export interface Amf0Body {
  readonly values: readonly Amf0Value[];
  /** Where the bytes of every string lie, nested ones too, property names not. */
  readonly texts: readonly Span[];
}

const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  reference: 0x07,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  unsupported: 0x0d,
  xmlDocument: 0x0f,
  typedObject: 0x10,
} as const;

/** Bytes that follow the marker of values of fixed size. */
const fixedBytes = new Map<number, number>([
  [marker.number, 8],
  [marker.boolean, 1],
  [marker.null, 0],
  [marker.undefined, 0],
  [marker.reference, 2],
  [marker.date, 10],
  [marker.unsupported, 0],
]);

/** Commands of real clients nest two deep. */
const maxDepth = 16;

/** All values of a message body. Every value takes at least one byte of it, so its size bounds the work. */
export function readAmf0(body: Buffer): Amf0Body {
  const reader = new Reader(body);
  const values: Amf0Value[] = [];
  while (reader.at < body.length) values.push(reader.value(0));
  return { values, texts: reader.texts };
}

class Reader {
  at = 0;
  readonly texts: Span[] = [];
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  value(depth: number): Amf0Value {
    if (depth > maxDepth) throw new RtmpError("bad-amf0", `values nest deeper than ${maxDepth}`);
    const start = this.at;
    const type = this.#uint(1);
    const size = fixedBytes.get(type);
    if (size !== undefined) {
      const at = this.#take(size);
      const number = type === marker.number ? this.#body.readDoubleBE(at) : undefined;
      return { start, end: this.at, number };
    }
    switch (type) {
      case marker.string:
        return { text: this.#string(2), start, end: this.at };
      case marker.longString:
      case marker.xmlDocument:
        return { text: this.#string(4), start, end: this.at };
      case marker.object:
        return { properties: this.#properties(depth), start, end: this.at };
      case marker.ecmaArray:
        this.#take(4); // a count that writers do not keep to; the end marker ends the array
        return { properties: this.#properties(depth), start, end: this.at };
      case marker.typedObject:
        this.#take(this.#uint(2));
        return { properties: this.#properties(depth), start, end: this.at };
      case marker.strictArray:
        for (let left = this.#uint(4); left > 0; left--) this.value(depth + 1);
        return { start, end: this.at };
      default:
        throw new RtmpError("bad-amf0", `unknown type ${type}`);
    }
  }

  #properties(depth: number): [string, Amf0Value][] {
    const properties: [string, Amf0Value][] = [];
    for (;;) {
      const length = this.#uint(2);
      if (length === 0) break;
      const at = this.#take(length);
      const name = decode(this.#body.subarray(at, this.at));
      properties.push([name, this.value(depth + 1)]);
    }
    if (this.#uint(1) !== marker.objectEnd) throw new RtmpError("bad-amf0", "object without end");
    return properties;
  }

  #string(lengthBytes: number): string {
    const start = this.#take(this.#uint(lengthBytes));
    this.texts.push({ start, end: this.at });
    return decode(this.#body.subarray(start, this.at));
  }

  #uint(bytes: number): number {
    return this.#body.readUIntBE(this.#take(bytes), bytes);
  }

  /** Position of the next bytes, which are passed over. */
  #take(bytes: number): number {
    const start = this.at;
    if (start + bytes > this.#body.length) throw new RtmpError("bad-amf0", "value is cut off");
    this.at += bytes;
    return start;
  }
}

/** UTF-8 as the format demands, else Latin-1, which some encoders send. */
const decode = (bytes: Buffer): string => bytes.toString(isUtf8(bytes) ? "utf8" : "latin1");

export type Amf0Input = string | number | null | { readonly [name: string]: Amf0Input };

export function writeAmf0(...values: readonly Amf0Input[]): Buffer {
  return Buffer.concat(values.map(writeValue));
}

function writeValue(value: Amf0Input): Buffer {
  if (value === null) return Buffer.of(marker.null);
  if (typeof value === "number") {
    const bytes = Buffer.alloc(9);
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (typeof value === "string") return Buffer.concat([Buffer.of(marker.string), writeText(value)]);
  return Buffer.concat([
    Buffer.of(marker.object),
    ...Object.entries(value).flatMap(([name, entry]) => [writeText(name), writeValue(entry)]),
    Buffer.of(0, 0, marker.objectEnd),
  ]);
}

function writeText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The body with some values written anew, in the order in which they stand, everything else untouched. */
export function replaceValues(
  body: Buffer,
  replacements: readonly (readonly [old: Amf0Value, replacement: Amf0Input])[],
): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const [old, replacement] of replacements) {
    pieces.push(body.subarray(at, old.start), writeValue(replacement));
    at = old.end;
  }
  return Buffer.concat([...pieces, body.subarray(at)]);
}

/** A body of the same size in which the given texts are dashes. */
export function blankTexts(body: Buffer, texts: readonly Span[]): Buffer {
  const blanked = Buffer.from(body);
  for (const { start, end } of texts) blanked.fill("-", start, end);
  return blanked;
}
