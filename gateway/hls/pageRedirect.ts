import type { FastifyRequest } from "fastify";
import { isStreamName } from "../../shared/authContract";
import { protocols } from "../../shared/protocols";
import { trimSlashes } from "../auth/credentials/streamKey";
import { parseHlsRequest } from "./request";

const apiPort = protocols.find(({ key }) => key === "api")?.secure.port;
const hostAndPort = /^([\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * The web page that plays a stream, for a browser that asks for `https://host:8888/{stream}`, which is where MediaMTX has
 * its own page. Undefined for any other request.
 */
export function pageOf({ headers, raw: { url = "" } }: FastifyRequest): string | undefined {
  if (!headers.accept?.includes("text/html") || parseHlsRequest(url)) return undefined;
  const stream = trimSlashes(url.split("?", 1)[0] ?? "");
  const host = hostAndPort.exec(headers.host ?? "")?.[1];
  // A stream's name has only characters that need no escape.
  return host && isStreamName(stream) ? `https://${host}:${apiPort}/#${stream}` : undefined;
}
