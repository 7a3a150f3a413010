import type { Readable } from "node:stream";

/** A body above the limit. */
export class BodyTooLongError extends Error {
  override readonly name = "BodyTooLongError";
}

/** The whole body as text; rejects with BodyTooLong when it exceeds the limit. */
export async function readBody(body: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new BodyTooLongError(`body exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
