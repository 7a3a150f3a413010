import { isIP } from "node:net";

/** A URL that MediaMTX may be made to pull from, as far as its text tells. */
export interface Source {
  readonly url: string;
  readonly scheme: Scheme;
  /** `user:password@` as written, or "". */
  readonly login: string;
  /** Name or address, IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path, query and fragment as written, or "". */
  readonly rest: string;
}

/** Default ports as MediaMTX has them; SRT has none. */
const defaultPorts = {
  rtsp: 554,
  rtsps: 322,
  rtmp: 1935,
  rtmps: 443,
  srt: undefined,
  http: 80,
  https: 443,
} as const;

type Scheme = keyof typeof defaultPorts;

const schemes = Object.keys(defaultPorts);
const maxLength = 2_048;

/** Why a source is refused. The message repeats nothing of the URL, which may hold a login. */
export class SourceError extends Error {}

/** Why a source could not be pulled, for the log: Node's messages name addresses, its codes do not. */
export function reasonOf(error: unknown): string {
  if (error instanceof SourceError) return error.message;
  const { code, name } = error as NodeJS.ErrnoException;
  return `the source cannot be reached: ${code ?? name}`;
}

/**
 * One reading only: an authority with at most one login, a name or address without escapes, a port; no
 * control characters, whole escapes. What two parsers might read in two ways is refused.
 */
const form =
  /^([a-z]+):\/\/([!$-.0-;=A-Z_a-z~]*@)?(?:([0-9A-Za-z_.-]+)|\[([0-9A-Fa-f:.]+)\])(?::(\d{1,5}))?((?:[/?#][!-~]*)?)$/;
const brokenEscape = /%(?![0-9A-Fa-f]{2})/;

/** MediaMTX puts a reader's query, in which its ticket stands, and parts of the path name for these. */
const variable = /\$(?:MTX_QUERY|G\d)/;

/** A name that ends in a number is an address to some programs (127.1, 0x7f000001) and a name to others. */
const endsInNumber = /(?:^|\.)(?:\d+|0[xX][0-9A-Fa-f]*)\.?$/;

/** @throws SourceError that says what is allowed */
export function parseSource(url: string): Source {
  const [, scheme = "", login = "", name, ipv6, digits, rest = ""] =
    (url.length <= maxLength && !brokenEscape.test(url) && form.exec(url)) || [];
  if (!isScheme(scheme) || variable.test(rest)) {
    throw new SourceError(
      `source must be a URL of ${schemes.map((one) => `${one}://`).join(", ")} with at most ` +
        `${maxLength} printable ASCII characters, whole %-escapes and no variables` +
        (hasUnescapedLogin(url) ? `; ${escapeLogin}` : ""),
    );
  }
  const host = name ?? ipv6 ?? "";
  if (isIP(host) === 0 && (ipv6 !== undefined || endsInNumber.test(host))) {
    throw new SourceError("source must name a host, or an address in its usual form");
  }
  const port = digits === undefined ? defaultPorts[scheme] : Number(digits);
  if (port === undefined || port < 1 || port > 65_535) {
    throw new SourceError("source must name a port from 1 to 65535; srt:// has no default");
  }
  return { url, scheme, login, host, port, rest };
}

const escapeLogin =
  "in a user name or password write @ as %40, # as %23, / as %2F, ? as %3F and : as %3A";

/** Characters that end a user name and password stand before the last "@". */
function hasUnescapedLogin(url: string): boolean {
  const start = url.indexOf("://") + "://".length;
  const login = url.slice(start, Math.max(start, url.lastIndexOf("@")));
  return /[@/?#]/.test(login);
}

const isScheme = (text: string): text is Scheme => schemes.includes(text);
