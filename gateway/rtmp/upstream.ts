import type { Socket } from "node:net";
import { connectPooled } from "../net/pooledSockets";
import { RtmpError } from "./errors";
import { createC0C1 } from "./protocol/handshake";
import type { UpstreamNegotiation } from "./upstreamNegotiation";

/** MediaMTX is on the same host and answers in milliseconds; this is for one that starts or hangs. */
const negotiationTimeoutMs = 5_000;

/** A connection to MediaMTX's RTMP port; both of its directions end on their own. */
export function connectUpstream(port: number): Socket {
  const mediamtx = connectPooled(port);
  mediamtx.on("error", () => undefined); // "close" follows and is handled
  return mediamtx;
}

/**
 * Sends the PROXY header and all of `negotiation`, and gives `toClient` what MediaMTX sends beyond what the client
 * has received. Resolves when only bytes are left to be copied; the socket is paused then. Rejects with an RtmpError
 * "upstream".
 */
export function negotiateUpstream(
  mediamtx: Socket,
  proxyHeader: Buffer,
  negotiation: UpstreamNegotiation,
  toClient: (data: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(deadline);
      mediamtx.off("data", onData).off("end", onGone).off("close", onGone);
      mediamtx.pause();
      settle();
    };
    const fail = (message: string) => finish(() => reject(new RtmpError("upstream", message)));
    const onGone = () => fail("MediaMTX cannot be reached or hung up");
    const onData = (data: Buffer) => {
      try {
        const step = negotiation.push(data);
        if (step.toMediamtx.length > 0) mediamtx.write(step.toMediamtx);
        if (step.toClient.length > 0) toClient(step.toClient);
      } catch (error) {
        return finish(() => reject(error));
      }
      if (negotiation.done) finish(resolve);
    };
    const deadline = setTimeout(
      () => fail(`MediaMTX did not answer within ${negotiationTimeoutMs} ms`),
      negotiationTimeoutMs,
    );
    mediamtx.on("data", onData).on("end", onGone).on("close", onGone);
    mediamtx.write(Buffer.concat([proxyHeader, createC0C1()]));
  });
}
