/** A block of IPv4 addresses, as numbers. */
export interface Cidr {
  readonly base: number;
  readonly maskLength: number;
}

/** Parses `10.0.0.0/16`; undefined when it is not IPv4 CIDR notation with its host bits zero. */
export function parseCidr(text: string): Cidr | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) {
    return undefined;
  }
  const [a = 0, b = 0, c = 0, d = 0, maskLength = 0] = match.slice(1).map(Number);
  const base = ((a * 256 + b) * 256 + c) * 256 + d;
  const valid = [a, b, c, d].every((octet) => octet < 256) && maskLength <= 32;
  return valid && base % sizeOf(maskLength) === 0 ? { base, maskLength } : undefined;
}

export const sizeOf = (maskLength: number): number => 2 ** (32 - maskLength);

export const formatCidr = ({ base, maskLength }: Cidr): string =>
  `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${maskLength}`;

export const contains = (outer: Cidr, inner: Cidr): boolean =>
  inner.base >= outer.base &&
  inner.base + sizeOf(inner.maskLength) <= outer.base + sizeOf(outer.maskLength);

export const overlap = (one: Cidr, other: Cidr): boolean =>
  one.base < other.base + sizeOf(other.maskLength) &&
  other.base < one.base + sizeOf(one.maskLength);
