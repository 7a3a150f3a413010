/** Positions in a stream of bytes, end excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Message {
  readonly chunkStreamId: number;
  readonly type: number;
  /** Absolute, in milliseconds. */
  readonly timestamp: number;
  readonly messageStreamId: number;
  readonly body: Buffer;
}

/** A message with the places where it was read. */
export interface ReadMessage extends Message {
  /** Form of the header with which it began, 0 to 3. */
  readonly fmt: number;
  /** From the first byte of its first chunk to the last byte of its last; other chunks may lie between. */
  readonly span: Span;
  /** Where its body lies, chunk by chunk. */
  readonly parts: readonly Span[];
  /** Bytes of payload per chunk that were in force when it began. */
  readonly chunkSize: number;
}
