import type { Socket } from "node:net";
import { lingerMs, pumpToMediamtx, pumpToReader } from "../net/pump";
import type { DisconnectReason } from "../sessions/disconnectReasons";
import type { Session } from "../sessions/session";

/**
 * Copies bytes both ways, each way at the pace of its receiver, until the client's socket is closed.
 * Resolves to the reason. Either side may end its direction first; the other one continues.
 */
export function relay(
  client: Socket,
  mediamtx: Socket,
  session: Session,
): Promise<DisconnectReason> {
  return new Promise((resolve) => {
    let reason: DisconnectReason | undefined;
    let linger: NodeJS.Timeout | undefined;
    const endBy = (cause: DisconnectReason) => {
      reason ??= cause;
    };
    const stalled = (cause: DisconnectReason) => () => {
      endBy(cause);
      client.destroy();
    };
    const onMediamtxGone = () => {
      endBy("upstream-closed");
      client.end();
      linger ??= setTimeout(() => client.destroy(), lingerMs);
    };
    const onClientClosed = () => {
      endBy("client-closed");
      clearTimeout(linger);
      resolve(reason ?? "client-closed");
    };

    whenEnded(client, () => endBy("client-closed"));
    client.once("close", onClientClosed);
    mediamtx.once("end", onMediamtxGone);
    mediamtx.once("close", onMediamtxGone);
    const countIn = (bytes: number) => {
      session.bytesIn += bytes;
    };
    const countOut = (bytes: number) => {
      session.bytesOut += bytes;
    };
    pumpToMediamtx(client, mediamtx, countIn, stalled("upstream-stalled"));
    pumpToReader(mediamtx, client, countOut, stalled("client-stalled"));
    for (const [from, to] of [
      [client, mediamtx],
      [mediamtx, client],
    ] as const) {
      whenEnded(from, () => to.end());
      from.resume();
    }
    // Neither event comes again for a socket that was closed before.
    if (mediamtx.destroyed) onMediamtxGone();
    if (client.destroyed) onClientClosed();
  });
}

/** "end" does not come again for a socket that has ended before. */
function whenEnded(socket: Socket, then: () => void): void {
  if (socket.readableEnded) then();
  else socket.once("end", then);
}
