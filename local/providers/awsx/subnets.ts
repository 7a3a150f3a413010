import {
  contains,
  formatIpv4Network,
  type Ipv4Network,
  parseIpv4Network,
  sizeOf,
} from "../../../shared/networks";

export type SubnetType = "Public" | "Private" | "Isolated";

export interface SubnetSpec {
  readonly type: SubnetType;
  /** Part of the subnets' names; the type in lower case by default. */
  readonly name?: string;
  /** Mask length of each zone's subnet; an even share of the zone's range by default. */
  readonly cidrMask?: number;
  readonly tags?: Readonly<Record<string, unknown>>;
}

export interface PlannedSubnet {
  readonly type: SubnetType;
  /** `<vpc>-<name>-<number of the zone>`. */
  readonly name: string;
  readonly zone: string;
  readonly cidrBlock: string;
  readonly tags?: Readonly<Record<string, unknown>> | undefined;
}

/** Half of each zone's range is private, a quarter public, the rest stays free. */
const defaultSpecs = (zoneMask: number): SubnetSpec[] => [
  { type: "Private", cidrMask: zoneMask + 1 },
  { type: "Public", cidrMask: zoneMask + 2 },
];

const legacyOrder: readonly SubnetType[] = ["Private", "Public", "Isolated"];

/**
 * Allots each zone an equal power-of-two share of the block, or one of the given mask length, and each spec a subnet in it. Strategy
 * "Legacy" puts private subnets first, then public, then isolated; "Auto" keeps the given order.
 */
export function planSubnets(
  vpcName: string,
  cidrBlock: string,
  zones: readonly string[],
  given: readonly SubnetSpec[] | undefined,
  strategy: "Legacy" | "Auto",
  availabilityZoneCidrMask?: number,
): PlannedSubnet[] {
  const block = parseIpv4Network(cidrBlock);
  if (!block) {
    throw new Error(
      `cidrBlock is "${cidrBlock}"; allowed: IPv4 such as 10.0.0.0/16, host bits zero`,
    );
  }
  const zoneMask = availabilityZoneCidrMask ?? block.maskLength + bitsFor(zones.length);
  if (zones.length * sizeOf(zoneMask) > sizeOf(block.maskLength)) {
    throw new Error(
      `${zones.length} zones of /${zoneMask} do not fit into ${cidrBlock}: choose a longer ` +
        "availabilityZoneCidrMask",
    );
  }
  const specs = [...(given ?? defaultSpecs(zoneMask))];
  if (strategy === "Legacy") {
    specs.sort((one, other) => legacyOrder.indexOf(one.type) - legacyOrder.indexOf(other.type));
  }
  return zones.flatMap((zone, index) => {
    const range = { base: block.base + index * sizeOf(zoneMask), maskLength: zoneMask };
    const cidrs = allot(
      range,
      specs.map(({ cidrMask }) => cidrMask ?? zoneMask + bitsFor(specs.length)),
    );
    return specs.map(({ type, name, tags }, at) => ({
      type,
      name: `${vpcName}-${name ?? type.toLowerCase()}-${index + 1}`,
      zone,
      cidrBlock: formatIpv4Network(cidrs[at] as Ipv4Network),
      tags,
    }));
  });
}

/** Blocks of the given mask lengths, one after the other, each at a multiple of its own size. */
function allot(range: Ipv4Network, maskLengths: readonly number[]): Ipv4Network[] {
  let next = range.base;
  return maskLengths.map((maskLength) => {
    if (!Number.isInteger(maskLength) || maskLength < 16 || maskLength > 28) {
      throw new Error(`a subnet's cidrMask would be ${maskLength}; allowed: 16 to 28`);
    }
    const size = sizeOf(maskLength);
    const cidr = { base: Math.ceil(next / size) * size, maskLength };
    if (!contains(range, cidr)) {
      throw new Error(
        `the subnets of one zone do not fit into ${formatIpv4Network(range)}: ` +
          `choose a larger cidrBlock, fewer zones or longer cidrMasks (${maskLengths.join(", ")})`,
      );
    }
    next = cidr.base + size;
    return cidr;
  });
}

const bitsFor = (count: number): number => Math.ceil(Math.log2(Math.max(1, count)));
