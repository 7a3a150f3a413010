import { contains, overlaps, privateNetworks, rangeOf } from "../shared/ipv4Networks";

/**
 * All IPv4 networks but the private ones and `excluded`. A security group can only allow: this is how it keeps a
 * task from its own VPC. 38, and up to 20 more for one excluded network that is not private; a group may count 60.
 * Security groups do not filter link-local addresses, the metadata service among them: these need no place here.
 */
export function publicRanges(excluded: readonly string[]): string[] {
  const holes = [...privateNetworks, ...excluded].map(rangeOf);
  const split = (from: number, maskLength: number): string[] => {
    const range = { from, to: from + 2 ** (32 - maskLength) };
    const touched = holes.filter((hole) => overlaps(hole, range));
    if (touched.length === 0) return [`${addressOf(from)}/${maskLength}`];
    if (touched.some((hole) => contains(hole, range))) return [];
    return [...split(from, maskLength + 1), ...split((range.from + range.to) / 2, maskLength + 1)];
  };
  return split(0, 0);
}

const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
