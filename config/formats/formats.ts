import { X509Certificate } from "node:crypto";
import { parseJson } from "../../shared/parse";

/**
 * Readers of single configuration values: the text of a value in, the value out, or undefined when the text is
 * not one. Each stands beside the words that describe what it accepts.
 */
export interface Format<T> {
  /** Completes the sentence "allowed: ...". */
  readonly allowed: string;
  readonly read: (text: string) => T | undefined;
}

/** Names of a host as certificates and Route 53 take them: lower case, at least two labels, no dot at the end. */
const hostName =
  /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

const matching =
  (pattern: RegExp) =>
  (text: string): string | undefined =>
    pattern.test(text) ? text : undefined;

export const text = (pattern: RegExp, allowed: string): Format<string> => ({
  allowed,
  read: matching(pattern),
});

export const domain: Format<string> = text(
  hostName,
  "a host name in lower case, such as media.example.org",
);

/** RFC 5321 without quoted names; 254 characters are what a mailbox may have in all. */
const mailbox = /^(?=.{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?<host>.+)$/;

export const emailAddress: Format<string> = {
  allowed: "an e-mail address",
  read: (text) => {
    const host = mailbox.exec(text)?.groups?.host?.toLowerCase() ?? "";
    return text.length <= 254 && hostName.test(host) ? text : undefined;
  },
};

export const boolean: Format<boolean> = {
  allowed: "true or false",
  read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
};

export function integer(minimum: number, maximum: number): Format<number> {
  return {
    allowed: `an integer from ${minimum} to ${maximum}`,
    read: (text) => {
      const number = /^(?:0|[1-9]\d{0,8})$/.test(text) ? Number(text) : Number.NaN;
      return number >= minimum && number <= maximum ? number : undefined;
    },
  };
}

export function oneOf<const T extends string | number>(...values: T[]): Format<T> {
  return {
    allowed: `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`,
    read: (text) => values.find((value) => String(value) === text),
  };
}

/** A list as Pulumi hands it over, a JSON array of strings. The whole list is refused with its first bad item. */
export function list(item: Format<string>, maxItems: number): Format<readonly string[]> {
  return {
    allowed: `a list of up to ${maxItems} different items, each ${item.allowed}`,
    read: (text) => {
      const items = parseJson(text);
      const good =
        Array.isArray(items) &&
        items.length <= maxItems &&
        new Set(items).size === items.length &&
        items.every((one) => typeof one === "string" && item.read(one) !== undefined);
      return good ? items : undefined;
    },
  };
}

const maxPemLength = 3_000;
const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Certificates of authorities. They travel in a Lambda function's environment, which holds 4 KB in all. */
export const caCertificates: Format<string> = {
  allowed: `one or more PEM certificates of authorities, up to ${maxPemLength} characters`,
  read: (text) => {
    const blocks = text.match(pemBlock) ?? [];
    const isAll = text.replaceAll(pemBlock, "").trim() === "" && blocks.length > 0;
    return isAll && text.length <= maxPemLength && blocks.every(isAuthority) ? text : undefined;
  },
};

function isAuthority(pem: string): boolean {
  try {
    return new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** The base URL of a server: scheme, host and port, nothing else. Plain http for this machine only. */
/** A name or an address, but a pattern of names, or an address that no router passes on. */
const serverHost = /^(?!169\.254\.)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$|^\[(?!fe[89ab])[0-9a-f:]+\]$/;

export const serverUrl: Format<string> = {
  allowed: "https://, a host and perhaps a port, without user, path or query",
  read: (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || (url.protocol !== "https:" && !isLoopbackHttp(text))) return undefined;
    if (url.port === "0" || !serverHost.test(url.hostname)) return undefined;
    const bare = !url.username && !url.password && url.pathname === "/" && !/[?#]/.test(text);
    return bare ? url.origin : undefined;
  },
};

export function isLoopbackHttp(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "http:" && loopback.has(url.hostname);
}

/** A version x.y.z that is `oldest` or later. */
export function version(oldest: string): Format<string> {
  return {
    allowed: `a release x.y.z, ${oldest} or later`,
    read: (text) =>
      /^\d{1,4}\.\d{1,4}\.\d{1,4}$/.test(text) && compareVersions(text, oldest) >= 0
        ? text
        : undefined,
  };
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number));
  const differences = (left ?? []).map((part, index) => part - (right?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
