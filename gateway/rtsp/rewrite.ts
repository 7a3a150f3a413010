import type { Ticket } from "../mediamtx/tickets";
import { badRequest, type Header, headerOf, type RtspRequest } from "./message";
import type { UrlRewriter } from "./requestUrl";

/** Methods at which MediaMTX asks its hook: always at the first two, for a reader's session at its first SETUP. */
const methodsAskedAbout = new Set(["DESCRIBE", "ANNOUNCE", "SETUP"]);
/** The same name a stream; all others are about the session, whatever URL of the server they name. */
const namesStream = methodsAskedAbout;
const credentialHeaders = new Set(["authorization", "proxy-authorization"]);

/**
 * A client that may only read does not record, in whatever session: MediaMTX lets one connection speak in the session of
 * another.
 */
const ofOtherAction = {
  publish: new Set(["DESCRIBE", "PLAY"]),
  read: new Set(["ANNOUNCE", "RECORD"]),
} as const;

/** A method that MediaMTX does not know: it answers 501 and keeps the connection. */
const unknownMethod = "REFUSED";

/**
 * The request that MediaMTX gets: the lease path instead of what the client asked for, a ticket instead of its
 * credentials.
 *
 * A client may keep its session alive by any of OPTIONS, GET_PARAMETER and SET_PARAMETER, on any URL of the server
 * (RFC 2326 sections 10.1, 10.8, 10.9). MediaMTX does not know SET_PARAMETER, ends the connection at "*" and answers
 * GET_PARAMETER within a session only, so it gets a request that it answers with 200. A request for another stream
 * than the allowed one, or by a method of the other action, is answered 501 by MediaMTX, in order with its other
 * responses: a response from the gateway could fall into a frame.
 *
 * @param action what the client is allowed to do
 * @param ownUrl URL of the allowed stream, as MediaMTX gets it
 * @throws RtspError when a publisher's SDP names another stream
 */
export function rewriteRequest(
  request: RtspRequest,
  rewriteUrl: UrlRewriter,
  ownUrl: string,
  nextTicket: () => Ticket,
  action: "publish" | "read",
): RtspRequest {
  const headers = request.headers.filter(([name]) => !credentialHeaders.has(name.toLowerCase()));
  const rewritten = request.url === "*" ? undefined : rewriteUrl(request.url);
  const isOther = namesStream.has(request.method) && rewritten === undefined;
  if (isOther || ofOtherAction[action].has(request.method)) {
    return { method: unknownMethod, url: ownUrl, headers, body: Buffer.alloc(0) };
  }
  const method = methodForMediamtx(request);
  const body = method === "ANNOUNCE" ? rewriteControls(request.body, rewriteUrl) : request.body;
  if (methodsAskedAbout.has(method)) headers.push(basicAuthorization(nextTicket()));
  return {
    method,
    url: rewritten ?? ownUrl,
    headers,
    body: method === request.method ? body : Buffer.alloc(0),
  };
}

function methodForMediamtx(request: RtspRequest): string {
  if (request.method !== "GET_PARAMETER" && request.method !== "SET_PARAMETER") {
    return request.method;
  }
  return headerOf(request, "session") === undefined ? "OPTIONS" : "GET_PARAMETER";
}

function basicAuthorization({ user, password }: Ticket): Header {
  return ["Authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`];
}

/** A publisher's SDP may name its tracks by whole URLs, which MediaMTX compares with those of SETUP. */
function rewriteControls(body: Buffer, rewriteUrl: UrlRewriter): Buffer {
  const sdp = body.toString("latin1");
  const rewritten = sdp.replace(
    /^(a=control:)(rtsps?:\/\/[^\r\n]*)/gim,
    (_, attribute: string, url: string) => attribute + ownControl(url, rewriteUrl),
  );
  return rewritten === sdp ? body : Buffer.from(rewritten, "latin1");
}

function ownControl(url: string, rewriteUrl: UrlRewriter): string {
  const rewritten = rewriteUrl(url);
  if (rewritten === undefined) throw badRequest("the SDP names another stream");
  return rewritten;
}
