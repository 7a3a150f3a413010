import type { Credentials } from "../auth/credentials/credentials";
import {
  distinctCandidates,
  findStreamKey,
  percentDecode,
  trimSlashes,
  trimTrailingSlashes,
  typedAndDecoded,
} from "../auth/credentials/streamKey";

/** What a request URL asks for. */
export interface RequestTarget {
  /** Stream name, percent-decoded, without leading and trailing slashes. */
  readonly stream: string;
  /** Ways to read the credentials in the URL; none when it carries none. */
  readonly candidates: readonly Credentials[];
}

/** Rewrites a URL of one connection, from what the client wrote to what MediaMTX gets. */
export type UrlRewriter = (url: string) => string | undefined;

// The host is passed on to MediaMTX, so it must be one. The rest is taken as typed: `?` and `#` may be
// part of a password.
const rtspUrl =
  /^(rtsps?):\/\/(?:([^/?]*)@)?((?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?)?(?:\/+(.*)|(\?.*))?$/is;

interface Parts {
  readonly scheme: string;
  readonly userinfo: string | undefined;
  readonly host: string;
  /** Path without leading slashes, and query. */
  readonly target: string;
}

function splitUrl(url: string): Parts | undefined {
  const [, scheme, userinfo, host = "", path, query] = rtspUrl.exec(url) ?? [];
  if (scheme === undefined) return undefined;
  return { scheme: scheme.toLowerCase(), userinfo, host, target: path ?? query ?? "" };
}

/**
 * Reads stream and credentials from the URL of DESCRIBE or ANNOUNCE. Credentials stand in the query
 * (`?user=&pass=`, `?token=`, `?jwt=`), before the host (`rtsps://user:pass@host/name`) or in a stream
 * key (`rtsps://host/user:pass:name`).
 *
 * @returns undefined when this is not an rtsp or rtsps URL
 */
export function readTarget(url: string): RequestTarget | undefined {
  // Header text is latin1; what a user typed is UTF-8.
  const parts = splitUrl(Buffer.from(url, "latin1").toString("utf8"));
  if (!parts) return undefined;
  const { name, query, credentials } = splitTarget(parts.target);
  const candidates = query ?? userinfo(parts.userinfo) ?? credentials ?? [];
  const stream = trimSlashes(percentDecode(name));
  return { stream, candidates: distinctCandidates(candidates) };
}

interface SplitTarget {
  /** Stream name as written, followed by what a client appended to it. */
  readonly name: string;
  readonly query: Credentials[] | undefined;
  /** Credentials of a stream key. */
  readonly credentials: Credentials[] | undefined;
}

function splitTarget(target: string): SplitTarget {
  const [path = "", ...rest] = target.split("?");
  const query = rest.join("?");
  // Without `=` the question mark belongs to a password.
  const keyText = query.includes(":") && !query.includes("=") ? target : path;
  const key = findStreamKey(keyText);
  return {
    name: key ? key.name : path,
    query: fromQuery(query),
    // Clients that take only a URL send it as typed.
    credentials: key && typedAndDecoded(key.user, key.password),
  };
}

/** Query values are encoded by rule, `+` for a space or for itself. */
function fromQuery(query: string): Credentials[] | undefined {
  const values = new Map(
    query.split("&").map((pair): [string, string] => {
      const [key = "", ...value] = pair.split("=");
      return [key, value.join("=")];
    }),
  );
  const token = percentDecode(values.get("token") ?? values.get("jwt") ?? "");
  const user = values.get("user") ?? "";
  const password = values.get("pass") ?? "";
  if (token === "" && user === "" && password === "") return undefined;
  const reading = (decode: (value: string) => string) => ({
    user: decode(user),
    password: decode(password),
    token,
  });
  const plusIsSpace = (value: string) => percentDecode(value.replaceAll("+", " "));
  return [reading(percentDecode), reading(plusIsSpace), reading((value) => value)];
}

function userinfo(text: string | undefined): Credentials[] | undefined {
  if (!text) return undefined;
  const [user = "", ...password] = text.split(":");
  return typedAndDecoded(user, password.join(":"));
}

// `/trackID=0`, `/streamid=1`, `/stream=0`, or the bare slash that FFmpeg appends.
const control = /^(?:\/[\w=.-]*)*$/;
const controlBehindQuery = /^\/(?:[A-Za-z]+=?\d*)?$/;

/**
 * For the URLs that follow a DESCRIBE or ANNOUNCE of `askedUrl`. MediaMTX sees the lease path and no
 * credentials; what the client appended (its control attribute) stays, be it appended to the URL it
 * asked for or to MediaMTX's Content-Base, in front of a query or behind it. Scheme and host stay too:
 * MediaMTX echoes them in Content-Base, and clients resolve controls against that.
 *
 * The rewriter returns undefined for a URL that belongs to another stream.
 */
export function urlRewriter(askedUrl: string, path: string): UrlRewriter {
  const askedTarget = splitUrl(askedUrl)?.target ?? "";
  const asked = trimTrailingSlashes(splitTarget(askedTarget).name);
  const askedQuery = queryOf(askedTarget);
  return (url) => {
    const parts = splitUrl(url);
    if (!parts) return undefined;
    const { name } = splitTarget(parts.target);
    const appended = [asked, path]
      .filter((base) => name.startsWith(base))
      .map((base) => name.slice(base.length))
      .find((rest) => control.test(rest));
    if (appended === undefined) return undefined;
    // A query is what the client asked with, perhaps with a password, and nothing of it may pass.
    const query = queryOf(parts.target);
    const behind = query.startsWith(askedQuery) ? query.slice(askedQuery.length) : "";
    const behindQuery = controlBehindQuery.test(behind) ? behind : "";
    return `${parts.scheme}://${parts.host}/${path}${appended}${behindQuery}`;
  };
}

const queryOf = (target: string): string => target.split("?").slice(1).join("?");
