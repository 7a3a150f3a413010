import { isStreamName } from "../../shared/authContract";
import type { Session } from "../sessions/session";

/** FFmpeg takes URLs of up to 4,096 characters. Players with a longer handle have to fetch the index again. */
const maxHandleLength = 3_000;

/** A viewer who was admitted before: the auth function decides by the handle whether it still may watch the path. */
export type Resumption = Pick<Session, "path" | "handle">;

/**
 * What the URL of a media playlist carries besides its signature, `&resume=<path>~<handle>`, so that it serves again when its
 * session has ended: the publisher was away, or another task has taken over, which knows neither session nor signature.
 * The handle is sealed; it is good for watching this path alone, for a day.
 */
export const resumptionQuery = ({ path, handle }: Resumption): string =>
  handle.length > maxHandleLength ? "&resume=" : `&resume=${path}~${handle}`;

export function readResumption(query: URLSearchParams): Resumption | undefined {
  const [, path = "", handle = ""] = /^([^~]+)~([\w-]+)$/.exec(query.get("resume") ?? "") ?? [];
  return isStreamName(path) && handle.length <= maxHandleLength ? { path, handle } : undefined;
}
