import { badRequest, type Header, type RtspRequest } from "./message";
import type { UrlRewriter } from "./target";

/** Methods at which MediaMTX asks its hook. */
const askedAbout = new Set(["DESCRIBE", "ANNOUNCE", "SETUP"]);
const credentialHeaders = new Set(["authorization", "proxy-authorization"]);

/**
 * The request as MediaMTX shall see it: lease path instead of what the client asked for, the ticket
 * instead of its credentials.
 *
 * @throws RtspFault when the request belongs to another stream than the one that was allowed
 */
export function rewriteRequest(
  request: RtspRequest,
  rewriteUrl: UrlRewriter,
  ticket: { readonly user: string; readonly password: string },
): RtspRequest {
  const { method } = request;
  const asked = askedAbout.has(method);
  const headers = request.headers.filter(([name]) => !credentialHeaders.has(name.toLowerCase()));
  if (asked) headers.push(basicAuthorization(ticket.user, ticket.password));
  const url = request.url === "*" ? "*" : ownUrl(request.url, rewriteUrl);
  const body = method === "ANNOUNCE" ? rewriteControls(request.body, rewriteUrl) : request.body;
  return { method, url, headers, body };
}

function basicAuthorization(user: string, password: string): Header {
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
