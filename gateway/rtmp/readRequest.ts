import type { Socket } from "node:net";
import { copyOut } from "../net/pooledSockets";
import { maxHeaderBytes } from "../net/preAuthMemory";
import type { TimeSliceQueue } from "../net/timeSlices";
import { monotonicMs } from "../process/monotonic";
import { RtmpFault } from "./errors";
import { type ClientRequest, Hello } from "./serverNegotiation";

export interface HearingOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** A crowd is heard by these. */
  readonly timeSlices: Pick<TimeSliceQueue, "wait">;
  /** Told how many bytes are held for the client, each time it is more. */
  readonly onHeld: (bytes: number) => void;
}

export interface Heard {
  readonly request: ClientRequest;
  /** Bytes of the client so far. */
  readonly received: number;
  /** When the first of them came, by the monotonic clock. */
  readonly since: number;
}

/**
 * Talks with a new client until it says what it wants, then leaves the socket paused. Rejects with the
 * fault when it errs, is too slow, says too much or goes.
 */
export function hearRequest(client: Socket, options: HearingOptions): Promise<Heard> {
  const { timeoutMs, maxBytes, timeSlices, onHeld } = options;
  const hello = new Hello(maxBytes);
  const held: Buffer[] = [];
  let heldBytes = 0;
  let awaitsTimeSlice = false;
  let isOver = false;
  let since = 0;
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      isOver = true;
      clearTimeout(deadline);
      client.off("data", onData).off("end", onGone).off("close", onGone);
      client.pause();
      settle();
    };
    const fail = (fault: unknown) => finish(() => reject(fault));
    const hear = () => {
      awaitsTimeSlice = false;
      if (isOver || held.length === 0) return;
      heldBytes = 0;
      try {
        const answer = hello.push(Buffer.concat(held.splice(0)));
        if (answer.length > 0) client.write(answer);
      } catch (fault) {
        return fail(fault);
      }
      const { request, received, rejection } = hello;
      if (rejection) return fail(rejection);
      if (request) finish(() => resolve({ request, received, since }));
    };
    const onData = (data: Buffer) => {
      since ||= monotonicMs();
      held.push(copyOut(data));
      heldBytes += data.length;
      onHeld(hello.received + heldBytes);
      // What is too much is not held until its turn.
      if (heldBytes > maxHeaderBytes) return hear();
      if (awaitsTimeSlice) return;
      awaitsTimeSlice = true;
      void timeSlices.wait().then(hear);
    };
    const onGone = () => {
      // One that has only ended its direction waits for an answer to what it said.
      if (!client.destroyed) hear();
      if (!isOver) fail(new RtmpFault("gone", "client left before publish or play"));
    };
    const deadline = setTimeout(
      () => fail(new RtmpFault("too-slow", `no publish or play within ${timeoutMs} ms`)),
      timeoutMs,
    );
    client.on("data", onData).on("end", onGone).on("close", onGone);
    // "close" does not come again.
    if (client.destroyed) onGone();
    client.resume();
  });
}
