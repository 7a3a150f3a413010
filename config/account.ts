import { getSubnet } from "@pulumi/aws/ec2";
import { getAvailabilityZone } from "@pulumi/aws/getAvailabilityZone";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getPartition } from "@pulumi/aws/getPartition";
import { getRegion } from "@pulumi/aws/getRegion";
import type * as pulumi from "@pulumi/pulumi";
import { keys } from "./keys";

/** A subnet that exists. */
export interface Subnet {
  readonly vpcId: string;
  readonly zone: string;
  /** EC2's word: availability-zone, local-zone or wavelength-zone. */
  readonly zoneType: string;
  /** "" when it is not on an Outpost. */
  readonly outpostArn: string;
  /** "" when it has IPv6 addresses only. */
  readonly cidrBlock: string;
}

/** What is known of the account that a stack is deployed to. */
export interface AccountFacts {
  readonly partition?: string;
  readonly region?: string;
  readonly accountId?: string;
  /** The subnets that the configuration names, by id; undefined for one that does not exist. */
  readonly subnets?: ReadonlyMap<string, Subnet | undefined>;
}

/** Asks AWS what a configuration has to agree with. It changes nothing. */
export async function readAccount(
  raw: Readonly<Record<string, string>>,
  opts?: pulumi.InvokeOptions,
): Promise<AccountFacts> {
  const [{ accountId }, { region }, { partition }, subnets] = await Promise.all([
    getCallerIdentity({}, opts),
    getRegion({}, opts),
    getPartition({}, opts),
    readSubnets(raw, opts),
  ]);
  return { accountId, region, partition, subnets };
}

async function readSubnets(
  raw: Readonly<Record<string, string>>,
  opts?: pulumi.InvokeOptions,
): Promise<ReadonlyMap<string, Subnet | undefined>> {
  const ids = (["publicSubnetIds", "privateSubnetIds"] as const).flatMap(
    (key) => keys[key].format.read(raw[key] ?? "[]") ?? [],
  );
  return new Map(
    await Promise.all(ids.map(async (id) => [id, await readSubnet(id, opts)] as const)),
  );
}

async function readSubnet(id: string, opts?: pulumi.InvokeOptions): Promise<Subnet | undefined> {
  const subnet = await getSubnet({ id }, opts).catch((error) => {
    if (/NotFound|no matching/.test(String(error))) return undefined;
    throw error;
  });
  if (subnet === undefined) return undefined;
  const { vpcId, availabilityZone: name, outpostArn, cidrBlock } = subnet;
  // A subnet stays when the account opts out of its zone.
  const { zoneType } = await getAvailabilityZone({ name, allAvailabilityZones: true }, opts);
  return { vpcId, zone: name, zoneType, outpostArn, cidrBlock };
}
