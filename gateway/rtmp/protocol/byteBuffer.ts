/** Bytes that arrive in pieces, kept in one buffer that doubles when it is full. */
export class ByteBuffer {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  append(data: Buffer): void {
    const needed = this.#length + data.length;
    if (needed > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown, 0, 0, this.#length);
      this.#bytes = grown;
    }
    data.copy(this.#bytes, this.#length);
    this.#length = needed;
  }

  /** Everything so far, without a copy. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
