import type { Socket } from "node:net";
import { RtmpFault } from "./fault";
import { type ClientRequest, Hello } from "./hello";

export interface HearingLimits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface Heard {
  readonly request: ClientRequest;
  /** Bytes of the client so far. */
  readonly received: number;
  /** When the first of them came, epoch milliseconds. */
  readonly since: number;
}

/**
 * Talks with a new client until it says what it wants, then leaves the socket paused. Rejects with the
 * fault when it errs, is too slow, says too much or goes.
 */
export function hearRequest(client: Socket, limits: HearingLimits): Promise<Heard> {
  const hello = new Hello(limits.maxBytes);
  let since = 0;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(deadline);
      client.off("data", onData).off("end", onGone).off("close", onGone);
      client.pause();
      settle();
    };
    const onGone = () =>
      finish(() => reject(new RtmpFault("gone", "client left before publish or play")));
    const onData = (data: Buffer) => {
      since ||= Date.now();
      try {
        const answer = hello.push(data);
        if (answer.length > 0) client.write(answer);
      } catch (fault) {
        return finish(() => reject(fault));
      }
      const { request, received } = hello;
      if (request) finish(() => resolve({ request, received, since }));
    };
    const deadline = setTimeout(
      () =>
        finish(() =>
          reject(new RtmpFault("too-slow", `no publish or play within ${limits.timeoutMs} ms`)),
        ),
      limits.timeoutMs,
    );
    client.on("data", onData).on("end", onGone).on("close", onGone);
    // "close" does not come again.
    if (client.destroyed) onGone();
    client.resume();
  });
}
