import { percentDecode, trimSlashes } from "../readings";

/** What a client may have meant by its URL and stream key. */
export interface StreamKey {
  /** As the client gave it, not yet checked to be a stream name. */
  readonly stream: string;
  readonly user: string;
  readonly password: string;
  readonly token: string;
}

type Credentials = Omit<StreamKey, "stream">;

/**
 * Reads `tcUrl` of connect and the key of publish or play. Forms, `live/` and other applications before
 * the key or not:
 *
 *     user:pass:name                the first colon ends the user, the last one starts the name
 *     name?user=..&pass=..          or ?token=.., ?jwt=..
 *     name                          no credentials
 *
 * FFmpeg puts all of it into tcUrl when the URL has one segment only; the key is empty then. OBS takes the
 * percent-encoding off keys, FFmpeg does not, so that credentials can be read in two ways: there is a
 * second reading when it differs, to be asked when the credentials of the first prove wrong.
 */
export function readStreamKey(tcUrl: string, key: string): readonly [StreamKey, ...StreamKey[]] {
  const app = split(urlPath(tcUrl));
  const own = split(withoutMediaPrefix(key));
  const query = [own.query, app.query];
  const path = joinPath(app.path, own.path);
  const parts = /^([^:]*):(.*):([^:?]*)(?:\?(.*))?$/s.exec(path);
  if (!parts) {
    const stream = cleanName(path);
    return readings(
      stream,
      readQuery(query, formDecode),
      readQuery(query, (value) => value),
    );
  }
  const [, user = "", password = "", name = "", ownQuery = ""] = parts;
  const { token } = readQuery([ownQuery, ...query], formDecode);
  return readings(
    cleanName(name),
    { user, password, token },
    { user: percentDecode(user), password: percentDecode(password), token },
  );
}

function readings(
  stream: string,
  first: Credentials,
  second: Credentials,
): readonly [StreamKey, ...StreamKey[]] {
  const same =
    first.user === second.user &&
    first.password === second.password &&
    first.token === second.token;
  return same
    ? [{ stream, ...first }]
    : [
        { stream, ...first },
        { stream, ...second },
      ];
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
  const [before = "", ...after] = text.split("?");
  const query = after.join("?");
  const isQuery = !before.includes(":") && (marks(query).length > 0 || !query.includes(":"));
  const path = isQuery ? before : text;
  const decoded = path.includes(":") ? path : percentDecode(path);
  return { path: colons(decoded) > 1 ? decoded : path, query: isQuery ? query : "" };
}

/**
 * An application with a colon is the beginning of the credentials (FFmpeg splits at slashes); one before a
 * key that has all of them is not looked at.
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

const cleanName = (name: string): string => percentDecode(name).replace(/\.flv$/, "");

const marks = (query: string) => [...query.matchAll(/(?:^|&)(user|pass|token|jwt)=/g)];

/**
 * User, password and token of queries; the first mention of each counts. A value goes on until the next
 * known parameter, because a password that was decoded on the way may hold "&"; `decode` cuts the rest.
 */
function readQuery(queries: readonly string[], decode: (value: string) => string): Credentials {
  const found = new Map<string, string>();
  for (const query of queries) {
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
