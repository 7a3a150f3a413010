import type { Ticket } from "../tickets";
import { badRequest, type Header, type RtspRequest } from "./message";
import type { UrlRewriter } from "./target";

/** Methods at which MediaMTX asks its hook: always at the first two, for a reader's session at its first SETUP. */
const askedAbout = new Set(["DESCRIBE", "ANNOUNCE", "SETUP"]);
const credentialHeaders = new Set(["authorization", "proxy-authorization"]);

/**
 * The request as MediaMTX shall see it: lease path instead of what the client asked for, a ticket
 * of its own instead of its credentials.
 *
 * @throws RtspFault when the request belongs to another stream than the one that was allowed
 */
export function rewriteRequest(
  request: RtspRequest,
  rewriteUrl: UrlRewriter,
  nextTicket: () => Ticket,
): RtspRequest {
  const { method } = request;
  const asked = askedAbout.has(method);
  const headers = request.headers.filter(([name]) => !credentialHeaders.has(name.toLowerCase()));
  const url = request.url === "*" ? "*" : ownUrl(request.url, rewriteUrl);
  const body = method === "ANNOUNCE" ? rewriteControls(request.body, rewriteUrl) : request.body;
  if (asked) headers.push(basicAuthorization(nextTicket()));
  return { method, url, headers, body };
}

function basicAuthorization({ user, password }: Ticket): Header {
  return ["Authorization", `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`];
}

function ownUrl(url: string, rewriteUrl: UrlRewriter): string {
  const rewritten = rewriteUrl(url);
  if (rewritten === undefined) throw badRequest("the URL belongs to another stream");
  return rewritten;
}

/** A publisher's SDP may name its tracks by whole URLs, which MediaMTX compares with those of SETUP. */
function rewriteControls(body: Buffer, rewriteUrl: UrlRewriter): Buffer {
  const sdp = body.toString("latin1");
  const rewritten = sdp.replace(
    /^(a=control:)(rtsps?:\/\/[^\r\n]*)/gim,
    (_, attribute: string, url: string) => attribute + ownUrl(url, rewriteUrl),
  );
  return rewritten === sdp ? body : Buffer.from(rewritten, "latin1");
}
