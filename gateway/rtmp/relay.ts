import type { Socket } from "node:net";
import type { Session } from "../gatekeeper";
import { forward } from "../sockets";

/** A peer that takes nothing for so long has gone or is far too slow to watch anything. */
const stallTimeoutMs = 30_000;

/** Once MediaMTX has closed, a client gets so long to read the rest and close as well. */
const lingerMs = 5_000;

/**
 * Copies bytes both ways, each way at the pace of its receiver, until the client's socket is closed.
 * Resolves to the reason. Either side may end its direction first; the other one goes on.
 */
export function relay(client: Socket, mediamtx: Socket, session: Session): Promise<string> {
  return new Promise((resolve) => {
    let reason: string | undefined;
    let linger: NodeJS.Timeout | undefined;
    const endBy = (cause: string) => {
      reason ??= cause;
    };
    const onStall = () => {
      endBy("stalled");
      client.destroy();
    };
    const onMediamtxGone = () => {
      endBy("media server closed");
      client.end();
      linger ??= setTimeout(() => client.destroy(), lingerMs);
    };
    const onClientClosed = () => {
      endBy("client closed");
      clearTimeout(linger);
      resolve(reason ?? "");
    };

    whenEnded(client, () => endBy("client closed"));
    client.once("close", onClientClosed);
    mediamtx.once("end", onMediamtxGone);
    mediamtx.once("close", onMediamtxGone);
    pump(client, mediamtx, onStall, (bytes) => {
      session.bytesIn += bytes;
    });
    pump(mediamtx, client, onStall, (bytes) => {
      session.bytesOut += bytes;
    });
    // Neither event comes again for a socket that was closed before.
    if (mediamtx.destroyed) onMediamtxGone();
    if (client.destroyed) onClientClosed();
  });
}

function pump(from: Socket, to: Socket, onStall: () => void, count: (bytes: number) => void): void {
  let stall: NodeJS.Timeout | undefined;
  from.on("data", (data: Buffer) => {
    count(data.length);
    if (forward(data, to)) return;
    from.pause();
    stall = setTimeout(onStall, stallTimeoutMs);
  });
  to.on("drain", () => {
    clearTimeout(stall);
    from.resume();
  });
  to.once("close", () => clearTimeout(stall));
  whenEnded(from, () => to.end());
  from.resume();
}

/** "end" does not come again for a socket that has ended before. */
function whenEnded(socket: Socket, then: () => void): void {
  if (socket.readableEnded) then();
  else socket.once("end", then);
}
