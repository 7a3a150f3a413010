import { type Amf0Input, type Amf0Value, blankTexts, replaceValues } from "./protocol/amf0";
import { writeMessage } from "./protocol/chunkWriter";
import type { ClientRequest, ReadCommand } from "./serverNegotiation";

/** Address for MediaMTX instead of the one that the client dialled, which may hold credentials. */
const plainTcUrl = "rtmp://127.0.0.1";

const highestChunkStreamId = 63;

/**
 * The client's conversation up to publish or play, as it is sent to MediaMTX after the handshake.
 *
 * It is the client's own bytes, chunk for chunk, so that every header that the client sends later, in
 * whatever form, still refers to what MediaMTX has received on that chunk stream. Two things differ:
 *
 * - Texts of commands are dashes of the same length, and so is what the client took back by Abort: MediaMTX ignores the commands that carry the key
 *   (releaseStream, FCPublish, getStreamLength ...). Of `connect`, `publish` and `play` the name is dashes,
 *   too, so these are ignored as well.
 * - The real `connect` is put before the client's, on the same chunk stream because the answer comes on it;
 *   the real `publish` or `play` is put at the end, on a chunk stream that the client has not used.
 */
export function replay(
  request: ClientRequest,
  path: string,
  ticket: { readonly user: string; readonly password: string },
): Buffer {
  const bytes = blankTexts(request.bytes, request.aborted);
  for (const command of request.commands) blankCommand(bytes, command);

  const [connect] = request.commands;
  const action = request.commands.at(-1) ?? connect;
  const { user, password } = ticket;
  const key = `${path}?user=${encodeURIComponent(user)}&pass=${encodeURIComponent(password)}`;
  const { start } = connect.message.span;
  return Buffer.concat([
    bytes.subarray(0, start),
    writeMessage({ ...connect.message, body: rewriteConnect(connect) }, connect.message.chunkSize),
    bytes.subarray(start),
    writeMessage(
      {
        ...action.message,
        chunkStreamId: freeChunkStreamId(request.chunkStreamIds),
        body: rewriteKey(action, key),
      },
      request.chunkSize,
    ),
  ]);
}

const replacedCommands = new Set(["connect", "publish", "play"]);

function blankCommand(bytes: Buffer, { name, message, texts }: ReadCommand): void {
  const blanked = blankTexts(message.body, replacedCommands.has(name) ? texts : texts.slice(1));
  let at = 0;
  for (const { start, end } of message.parts) {
    blanked.copy(bytes, start, at, at + end - start);
    at += end - start;
  }
}

/** The properties of `connect` that hold the dialled address or parts of it, and what stands in for them. */
const addressProperties = new Map([
  ["app", "live"],
  ["swfUrl", ""],
  ["pageUrl", ""],
]);

function rewriteConnect({ message, values }: ReadCommand): Buffer {
  const properties = values[2]?.properties ?? [];
  const replacements = properties.flatMap(([name, value]): [Amf0Value, Amf0Input][] => {
    if (name === "tcUrl" || name === "tcurl") return [[value, plainTcUrl]];
    const standIn = addressProperties.get(name);
    const replaced = standIn !== undefined && mayHoldCredentials(value.text ?? "");
    return replaced ? [[value, standIn]] : [];
  });
  return replaceValues(message.body, replacements);
}

/** True when there is more than scheme, host, port and plain path segments. */
const mayHoldCredentials = (address: string): boolean =>
  /[:?@%]/.test(address.replace(/^[a-z]+:\/\/[^/@]*/i, ""));

function rewriteKey({ message, values }: ReadCommand, key: string): Buffer {
  const old = values[3];
  return old ? replaceValues(message.body, [[old, key]]) : message.body;
}

function freeChunkStreamId(used: ReadonlySet<number>): number {
  let id = highestChunkStreamId;
  while (used.has(id)) id--;
  return id;
}
