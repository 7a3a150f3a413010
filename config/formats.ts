import { X509Certificate } from "node:crypto";
import {
  ipv4Network,
  isPrivateNetwork,
  overlaps,
  parseIpv4Network,
  privateNetworks,
  reservedVpcNetworks,
} from "../shared/networks";

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

/** An ARN, with `resource` as pattern of what follows the account number. */
export const arn = (service: string, resource: string, allowed: string): Format<string> =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z]{2}[a-z-]*-\\d:\\d{12}:${resource}$`), allowed);

/** An ARN to show; the real one's partition is that of the account. */
export const exampleArn = (
  service: string,
  resource: string,
  region = "ap-southeast-2",
  partition = "aws",
): string => ["arn", partition, service, region, "123456789012", resource].join(":");

export const partitionOf = (arn: string): string => arn.split(":")[1] ?? "";

/** The account in an ARN; "aws" for what AWS has made. */
export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/** The region in an ARN. */
export const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

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

const tagText = (minLength: number, maxLength: number) =>
  new RegExp(`^[\\p{L}\\p{N}\\p{Zs}_.:/=+@-]{${minLength},${maxLength}}$`, "u");

/** What this program says in tags of its own, and what AWS and the policy pack take orders from. */
const reservedTag = /^(Name|Project|Stack|Environment|aws:.*|policy-waiver:.*)$/i;

/**
 * Tags as Pulumi hands them over, a JSON object. `pulumi config set --path` turns 4711 and true into a number and a
 * boolean, so these are taken as the text that they were. All tags are refused with the first bad one.
 */
export function tags(maxTags: number): Format<Readonly<Record<string, string>>> {
  return {
    allowed:
      `up to ${maxTags} tags, names up to 128 and values up to 255 letters, digits, spaces and _.:/=+@-; ` +
      "not Name, Project, Stack, Environment, aws:... or policy-waiver:...",
    read: (text) => {
      const map = parseJson(text);
      if (typeof map !== "object" || map === null || Array.isArray(map)) return undefined;
      const entries = Object.entries(map).map(([name, value]): [string, string] => [
        name,
        ["string", "number", "boolean"].includes(typeof value) ? String(value) : "\n",
      ]);
      const good =
        entries.length <= maxTags &&
        entries.every(
          ([name, value]) =>
            tagText(1, 128).test(name) && !reservedTag.test(name) && tagText(0, 255).test(value),
        );
      return good ? Object.fromEntries(entries) : undefined;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An IPv4 network whose mask has `minBits` to `maxBits` bits and whose address has no bit below the mask. */
export function cidr(minBits: number, maxBits: number, example: string): Format<string> {
  return {
    allowed: `an IPv4 network from /${minBits} to /${maxBits} without host bits, such as ${example}`,
    read: (text) => (isCidr(text, minBits, maxBits) ? text : undefined),
  };
}

export const vpcCidr: Format<string> = {
  allowed: `${cidr(16, 24, "10.0.0.0/16").allowed}, outside 0/8, 127/8, 169.254/16 and 224/4`,
  read: (text) => (isCidr(text, 16, 24) && !isReserved(text) ? text : undefined),
};

const isReserved = (text: string): boolean =>
  reservedVpcNetworks.some((reserved) => overlaps(ipv4Network(reserved), ipv4Network(text)));

/** A network of a site, which is not on the internet. */
export const privateCidr: Format<string> = {
  allowed: `a network in ${privateNetworks.join(", ")} without host bits, such as 10.20.0.0/16`,
  read: (text) => (isCidr(text, 8, 32) && isPrivateNetwork(text) ? text : undefined),
};

function isCidr(text: string, minBits: number, maxBits: number): boolean {
  const bits = parseIpv4Network(text)?.maskLength ?? -1;
  return minBits <= bits && bits <= maxBits;
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
export const serverUrl: Format<string> = {
  allowed: "https://, a host and perhaps a port, without user, path or query",
  read: (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || (url.protocol !== "https:" && !isLoopbackHttp(text))) return undefined;
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
