import { pipeline, type Readable, Transform, type Writable } from "node:stream";
import { maxBehindMs } from "../net/pump";
import type { HlsSession } from "./sessions";

/** By then a live segment has left its playlist: who takes longer over one falls behind further with each. */
const maxTransferMs = 3 * maxBehindMs;

/**
 * The body of a playlist or segment, its bytes counted as they pass. Ends the session of a player that takes nothing for
 * {@link maxBehindMs}, or takes longer than {@link maxTransferMs}, while bytes wait for it in `response`.
 */
export function transferBody(body: Readable, response: Writable, session: HlsSession): Readable {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, callback) {
      session.countBytes(chunk.length);
      watchProgress();
      callback(null, chunk);
    },
  });
  const endIfWaiting = () => {
    if (counter.readableLength + response.writableLength > 0) session.end("client-stalled");
  };
  let progress: NodeJS.Timeout | undefined;
  const watchProgress = () => {
    clearTimeout(progress);
    progress = setTimeout(endIfWaiting, maxBehindMs);
  };
  const whole = setTimeout(endIfWaiting, maxTransferMs);
  response.once("close", () => {
    clearTimeout(progress);
    clearTimeout(whole);
  });
  return pipeline(body, counter, () => {});
}
