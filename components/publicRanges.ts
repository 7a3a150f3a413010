/**
 * Networks that are nobody's on the internet but may be somebody's behind a router (RFC 1918, RFC 6598). Security
 * groups do not filter link-local addresses, the metadata service among them, so these need no place here.
 */
const privateRanges = ["10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16"];

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * All IPv4 networks but the private ones and `excluded`. A security group can only allow: this is how it keeps a
 * task from its own VPC. 38, and up to 20 more for one excluded network; a group may count 60.
 */
export function publicRanges(excluded: readonly string[]): string[] {
  const holes = [...privateRanges, ...excluded].map(rangeOf);
  const split = (from: number, maskLength: number): string[] => {
    const to = from + 2 ** (32 - maskLength);
    const touched = holes.filter((hole) => hole.from < to && from < hole.to);
    if (touched.length === 0) return [`${addressOf(from)}/${maskLength}`];
    if (touched.some((hole) => hole.from <= from && to <= hole.to)) return [];
    return [...split(from, maskLength + 1), ...split((from + to) / 2, maskLength + 1)];
  };
  return split(0, 0);
}

function rangeOf(cidr: string): Range {
  const [address = "", maskLength] = cidr.split("/");
  const from = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  return { from, to: from + 2 ** (32 - Number(maskLength)) };
}

const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
