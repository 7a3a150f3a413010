import { type Credentials, isAnonymous, noCredentials } from "../auth/credentials/credentials";
import {
  distinctCandidates,
  percentDecode,
  trimPasted,
  trimSlashes,
  trimTrailingSlashes,
  typedAndDecoded,
} from "../auth/credentials/streamKey";

/** What a client may have meant by its URL and stream key. */
export interface StreamKey extends Credentials {
  /** As the client gave it, not yet checked to be a stream name. */
  readonly stream: string;
}

/**
 * Reads `tcUrl` of connect and the key of publish or play. Forms, `live/` and other applications before
 * the key or not:
 *
 *     user:pass:name                the first colon ends the user, the last one starts the name
 *     name?user=..&pass=..          or ?token=.., ?jwt=..; the question mark may be missing in a key of its own
 *     name                          no credentials
 *     rtmps://host/live/user:pass:name   a whole URL instead of the key; the application is ignored then
 *
 * FFmpeg puts all of it into tcUrl when the URL has one segment only; the key is empty then. White space, line ends
 * and slashes around a pasted key are dropped. OBS takes the percent-encoding off keys, FFmpeg does not, so that
 * credentials can be read in several ways, which are to be asked in turn when those before prove wrong.
 */
export function readStreamKey(tcUrl: string, key: string): readonly [StreamKey, ...StreamKey[]] {
  const pasted = trimPasted(key).replace(/^\/+/, "");
  const url = [pasted, percentDecode(pasted)].find((text) => anyUrl.test(text));
  if (url === undefined) return readParts(tcUrl, pasted);
  return rtmpUrl.test(url) ? readParts(url, "") : [{ stream: "", ...noCredentials }];
}

const rtmpUrl = /^rtmpt?s?:\/\//i;
/** With a scheme of two letters or more: the user of a key may be "a". */
const anyUrl = /^[a-z][a-z0-9+.-]+:\/\//i;

function readParts(tcUrl: string, key: string): readonly [StreamKey, ...StreamKey[]] {
  const app = split(urlPath(tcUrl));
  const own = split(withoutMediaPrefix(key));
  const query = [own.query, app.query];
  const path = joinPath(app.path, own.path);
  const parts = /^([^:]*):(.*):([^:?]*)(?:\?(.*))?$/s.exec(path);
  if (!parts) {
    const decoded = readQuery(query, formDecode);
    const typed = readQuery(query, (value) => value);
    const candidates = isAnonymous(decoded) ? userinfo(tcUrl) : [decoded, typed, trimmed(typed)];
    return withStream(cleanName(path), candidates);
  }
  const [, user = "", password = "", name = "", ownQuery = ""] = parts;
  const { token } = readQuery([ownQuery, ...query], formDecode);
  return withStream(cleanName(name), typedAndDecoded(user, password, { token }));
}

/** A pasted line may end in blanks, and so may a password. */
const trimmed = ({ user, password, token }: Credentials): Credentials => ({
  user: user.trim(),
  password: password.trim(),
  token,
});

/** Credentials before the host, `rtmp://user:pass@host`. */
function userinfo(tcUrl: string): Credentials[] {
  const [, user = "", password = ""] = /^'?[a-z]+:\/\/([^/:@]*):([^/@]*)@/i.exec(tcUrl) ?? [];
  return typedAndDecoded(user, password).reverse();
}

function withStream(
  stream: string,
  candidates: readonly Credentials[],
): readonly [StreamKey, ...StreamKey[]] {
  const [first = noCredentials, ...others] = distinctCandidates(candidates);
  return [{ stream, ...first }, ...others.map((one) => ({ stream, ...one }))];
}

interface PathAndQuery {
  readonly path: string;
  readonly query: string;
}

/** Path of a URL with all that follows it, without its first slash. Some clients put it in quotes. */
const urlPath = (tcUrl: string): string =>
  tcUrl.replace(/^'|'$/g, "").replace(/^[a-z]+:\/\/[^/]*/i, "");

const colons = (text: string): number => text.split(":").length - 1;

/** FFmpeg writes `mp4:` before names that end in .mp4 or .f4v, librtmp before the whole key. */
function withoutMediaPrefix(key: string): string {
  const rest = /^(?:mp4|mp3|flv):(.*)$/s.exec(key)?.[1];
  // With one colon left, "mp4" is the user and the rest password and name.
  return rest !== undefined && colons(split(rest).path) !== 1 ? rest : key;
}

/**
 * A question mark starts a query unless it belongs to a password: before it there is no colon, and after
 * it a parameter that is known here or no colon either. A path whose colons are percent-encoded, too, is
 * decoded.
 */
function split(text: string): PathAndQuery {
  // The question mark may have been left out of a key that is a query.
  if (marks(text)[0]?.index === 0) return { path: "", query: text };
  const [before = "", ...after] = text.split("?");
  const query = after.join("?");
  const isQuery = !before.includes(":") && (marks(query).length > 0 || !query.includes(":"));
  const path = isQuery ? before : text;
  const decoded = path.includes(":") ? path : percentDecode(path);
  return { path: colons(decoded) > 1 ? decoded : path, query: isQuery ? query : "" };
}

/**
 * An application with a colon is the beginning of the credentials (FFmpeg splits at slashes); one before a
 * key that has all of them is ignored.
 */
function joinPath(app: string, key: string): string {
  const keyIsComplete = colons(key) > 1 && !app.includes(":");
  const path = (keyIsComplete ? [key] : [app, key])
    .map((part, index, all) => {
      const last = index === all.length - 1;
      return last ? part.replace(/^\/+/, "") : trimSlashes(part);
    })
    .filter((part) => part !== "")
    .join("/");
  return path.replace(/^live\/+(?=.)/s, "");
}

const cleanName = (name: string): string =>
  trimTrailingSlashes(percentDecode(name).trim()).replace(/\.flv$/, "");

const marks = (query: string) => [...query.matchAll(/(?:^|&)(user|pass|token|jwt)=/g)];

/** Login fields of an encoder: the password travels as an MD5 digest, which cannot be checked with CloudTAK. */
const isAdobeAuthentication = (query: string): boolean => /(?:^|&)authmod=/.test(query);

/**
 * User, password and token of queries; the first mention of each counts. A value ends at the next
 * known parameter, because a password that was decoded on the way may hold "&"; `decode` cuts the rest.
 */
function readQuery(queries: readonly string[], decode: (value: string) => string): Credentials {
  const found = new Map<string, string>();
  for (const query of queries) {
    if (isAdobeAuthentication(query)) continue;
    const known = marks(query);
    known.forEach((mark, index) => {
      const name = mark[1] ?? "";
      const value = query.slice(mark.index + mark[0].length, known[index + 1]?.index);
      if (!found.has(name))
        found.set(name, name === "user" || name === "pass" ? decode(value) : tokenOf(value));
    });
  }
  return {
    user: found.get("user") ?? "",
    password: found.get("pass") ?? "",
    token: found.get("token") ?? found.get("jwt") ?? "",
  };
}

const upToAmpersand = (value: string): string => value.split("&", 1)[0] ?? "";

/** As in HTML forms, and as MediaMTX reads queries: "+" is a space. */
const formDecode = (value: string): string =>
  percentDecode(upToAmpersand(value).replaceAll("+", " "));

const tokenOf = (value: string): string => percentDecode(upToAmpersand(value));
