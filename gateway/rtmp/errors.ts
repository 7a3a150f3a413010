import type { Message } from "./protocol/message";

export type RtmpErrorCode =
  | "bad-handshake"
  | "bad-chunk"
  | "bad-amf0"
  | "unexpected-message"
  | "unsupported"
  | "too-large"
  | "too-slow"
  | "gone"
  | "upstream";

/** The peer broke the protocol, a cap or a deadline. The message never holds what the peer sent as text. */
export class RtmpError extends Error {
  override readonly name = "RtmpError";

  /** `status` is the message that the client gets; without it, the client gets none. */
  constructor(
    readonly code: RtmpErrorCode,
    message: string,
    readonly status?: Message,
  ) {
    super(message);
  }
}
