import type { Socket } from "node:net";
import { copyOut } from "../net/pooledSockets";
import { maxHeaderBytes } from "../net/preAuthMemory";
import type { TcpConnectionOptions } from "../net/tcpServer";
import { monotonicMs } from "../process/monotonic";
import { RtmpError } from "./errors";
import { type ClientRequest, ServerNegotiation } from "./serverNegotiation";

export type ReadOptions = Pick<
  TcpConnectionOptions,
  "preAuthTimeoutMs" | "maxPreAuthBytes" | "timeSlices" | "onHeld"
>;

export interface ReceivedRequest {
  readonly request: ClientRequest;
  /** Bytes of the client so far. */
  readonly received: number;
  /** When the first of them came, by the monotonic clock. */
  readonly since: number;
}

/**
 * Negotiates with a new client until it sends publish or play, then leaves the socket paused. Rejects with an
 * RtmpError when the client breaks the protocol, is too slow, sends too much or closes.
 */
export function readClientRequest(client: Socket, options: ReadOptions): Promise<ReceivedRequest> {
  const { preAuthTimeoutMs, maxPreAuthBytes, timeSlices, onHeld } = options;
  const negotiation = new ServerNegotiation(maxPreAuthBytes);
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
    const fail = (error: unknown) => finish(() => reject(error));
    const readHeld = () => {
      awaitsTimeSlice = false;
      if (isOver || held.length === 0) return;
      heldBytes = 0;
      try {
        const answer = negotiation.push(Buffer.concat(held.splice(0)));
        if (answer.length > 0) client.write(answer);
      } catch (error) {
        return fail(error);
      }
      const { request, received, rejection } = negotiation;
      if (rejection) return fail(rejection);
      if (request) finish(() => resolve({ request, received, since }));
    };
    const onData = (data: Buffer) => {
      since ||= monotonicMs();
      held.push(copyOut(data));
      heldBytes += data.length;
      onHeld(negotiation.received + heldBytes);
      // Bytes beyond the limit are not held until the time slice.
      if (heldBytes > maxHeaderBytes) return readHeld();
      if (awaitsTimeSlice) return;
      awaitsTimeSlice = true;
      void timeSlices.wait().then(readHeld);
    };
    const onGone = () => {
      // A half-closed client still expects a response.
      if (!client.destroyed) readHeld();
      if (!isOver) fail(new RtmpError("gone", "client left before publish or play"));
    };
    const deadline = setTimeout(
      () => fail(new RtmpError("too-slow", `no publish or play within ${preAuthTimeoutMs} ms`)),
      preAuthTimeoutMs,
    );
    client.on("data", onData).on("end", onGone).on("close", onGone);
    // "close" does not come again.
    if (client.destroyed) onGone();
    client.resume();
  });
}
