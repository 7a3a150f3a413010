import type { Inputs } from "@pulumi/pulumi";
import type { SubnetSpec } from "./subnets";

export type NatStrategy = "None" | "Single" | "OnePerAz";

/** Arguments of awsx.ec2.Vpc that the local component understands. */
export interface VpcArgs {
  readonly cidrBlock?: string;
  readonly numberOfAvailabilityZones?: number;
  readonly availabilityZoneNames?: string[];
  /** Mask length of each zone's range; an even share of the block by default. */
  readonly availabilityZoneCidrMask?: number;
  readonly natGateways?: { readonly strategy: NatStrategy };
  readonly enableDnsHostnames?: unknown;
  readonly enableDnsSupport?: unknown;
  readonly subnetStrategy?: "Legacy" | "Auto";
  readonly subnetSpecs?: readonly SubnetSpec[];
  readonly tags?: Record<string, unknown>;
}

const known = [
  "cidrBlock",
  "numberOfAvailabilityZones",
  "availabilityZoneNames",
  "availabilityZoneCidrMask",
  "natGateways",
  "enableDnsHostnames",
  "enableDnsSupport",
  "subnetStrategy",
  "subnetSpecs",
  "tags",
];
const strategies: readonly unknown[] = ["None", "Single", "OnePerAz"];
const subnetTypes: readonly unknown[] = ["Public", "Private", "Isolated"];

/** Checks the arguments; throws one error with everything that is wrong. */
export function checkVpcArgs(inputs: Inputs): VpcArgs {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  const args = Object.fromEntries(given) as unknown as VpcArgs;
  const faults = [
    ...unknownNames(args, known, "argument"),
    ...unknownNames(args.natGateways ?? {}, ["strategy"], "natGateways"),
    ...(args.subnetSpecs ?? []).flatMap((spec) => [
      ...unknownNames(spec, ["type", "name", "cidrMask", "tags"], "subnetSpecs"),
      ...notOneOf("subnetSpecs type", spec.type, subnetTypes),
    ]),
    ...notOneOf("natGateways.strategy", args.natGateways?.strategy ?? "OnePerAz", strategies),
    ...notOneOf("subnetStrategy", args.subnetStrategy ?? "Legacy", ["Legacy", "Auto"]),
    ...notOneOf("numberOfAvailabilityZones", args.numberOfAvailabilityZones ?? 3, [1, 2, 3]),
    ...(args.numberOfAvailabilityZones !== undefined && args.availabilityZoneNames !== undefined
      ? ["set only one of availabilityZoneNames, numberOfAvailabilityZones"]
      : []),
    ...((args.natGateways?.strategy ?? "OnePerAz") !== "None" &&
    args.subnetSpecs &&
    !args.subnetSpecs.some(({ type }) => type === "Public")
      ? ["NAT gateways need a public subnet: add one or set natGateways.strategy None"]
      : []),
  ];
  if (faults.length > 0) {
    throw new Error(`awsx:ec2:Vpc in the local cloud: ${faults.join("; ")}`);
  }
  return args;
}

const unknownNames = (value: object, allowed: readonly string[], what: string): string[] =>
  Object.keys(value)
    .filter((name) => !allowed.includes(name))
    .map((name) => `${what} "${name}" is not supported; allowed: ${allowed.join(", ")}`);

const notOneOf = (name: string, value: unknown, allowed: readonly unknown[]): string[] =>
  allowed.includes(value)
    ? []
    : [`${name} is ${JSON.stringify(value)}; allowed: ${allowed.join(", ")}`];
