import type { AccountFacts, Subnet } from "../account";
import type { Fault } from "../fault";
import { accountOf, partitionOf, regionOf } from "../formats/arns";
import { type KeyName, keys, setCommand, type Values } from "../keys";

/** Faults of a configuration in the account that it is deployed to, as far as this is known. */
export const accountFaults = (values: Values, facts: AccountFacts): Fault[] => [
  ...regionFaults(values, facts.region),
  ...ownerFaults(values, facts),
  ...subnetFaults(values, facts.subnets),
];

const regionalKeys = [
  "certificateArn",
  "cloudtakSigningSecretArn",
  "cloudtakSigningSecretKmsKeyArn",
  "srtPassphraseSecretArn",
  "clusterArn",
  "kmsKeyArn",
] as const;

/** AWS looks all of these up in the region of what refers to them. */
const regionFaults = (values: Values, region: string | undefined): Fault[] =>
  regionalKeys
    .filter((key) => values[key] !== "" && region !== undefined && regionOf(values[key]) !== region)
    .map((key) => ({
      key,
      problem: `is in ${regionOf(values[key])}`,
      allowed: `allowed: one in ${region}, the region of aws:region`,
      remedy: `pulumi config set aws:region ${regionOf(values[key])}, or choose another ${key}`,
    }));

/** None of these serves another account. */
function ownerFaults(values: Values, { accountId, partition }: AccountFacts): Fault[] {
  const owned = [...regionalKeys, "permissionsBoundaryArn"] as const;
  return owned.flatMap((key) => {
    const arn = values[key];
    const owner = accountOf(arn);
    if (arn === "") return [];
    if (partition !== undefined && partitionOf(arn) !== partition) {
      return [wrongOwner(key, `is in partition ${partitionOf(arn)}`, `partition ${partition}`)];
    }
    if (accountId === undefined || owner === accountId) return [];
    return [wrongOwner(key, `is of account ${owner}`, `account ${accountId}`)];
  });
}

const wrongOwner = (key: KeyName, problem: string, own: string): Fault => ({
  key,
  problem,
  allowed: `allowed: one of ${own}, which the stack is deployed to`,
  remedy: `deploy with credentials of that account (AWS_PROFILE), or ${setCommand(key, keys[key])}`,
});

type ExistingNetwork = Pick<Values, "vpcId" | "publicSubnetIds" | "privateSubnetIds">;

/** Faults of an existing network; none while its subnets are not known. */
export function subnetFaults(values: ExistingNetwork, subnets: AccountFacts["subnets"]): Fault[] {
  if (subnets === undefined || values.vpcId === "") return [];
  const lists = ["publicSubnetIds", "privateSubnetIds"] as const;
  const strayed = lists.flatMap((key) =>
    values[key].flatMap((id) => strayedFaults(key, id, subnets.get(id), values.vpcId)),
  );
  if (strayed.length > 0) return strayed;
  const withoutIpv4 = lists.flatMap((key) =>
    values[key]
      .filter((id) => subnets.get(id)?.cidrBlock === "")
      .map((id) => ({
        key,
        problem: `has ${id}, which has IPv6 addresses only`,
        allowed: "allowed: subnets with IPv4 addresses, which load balancer and task have",
        remedy: `aws ec2 describe-subnets --filters Name=vpc-id,Values=${values.vpcId} Name=ipv6-native,Values=false`,
      })),
  );
  if (withoutIpv4.length > 0) return withoutIpv4;
  const special = lists.flatMap((key) =>
    values[key].flatMap((id) => specialPlaceFaults(key, id, subnets.get(id), values.vpcId)),
  );
  if (special.length > 0) return special;
  const zoneOf = (id: string): string => subnets.get(id)?.zone ?? "";
  return [...sharedZoneFaults(values, zoneOf), ...uncoveredZoneFaults(values, zoneOf)];
}

function strayedFaults(
  key: KeyName,
  id: string,
  subnet: Subnet | undefined,
  vpcId: string,
): Fault[] {
  if (subnet?.vpcId === vpcId) return [];
  return [
    {
      key,
      problem: subnet ? `has ${id} of ${subnet.vpcId}` : `has ${id}, which does not exist here`,
      allowed: `allowed: subnets of ${vpcId}`,
      remedy: `aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId}`,
    },
  ];
}

/**
 * Fargate and network load balancers are in Availability Zones alone.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-regions-zones.html
 */
function specialPlaceFaults(
  key: KeyName,
  id: string,
  subnet: Subnet | undefined,
  vpcId: string,
): Fault[] {
  const { zone, zoneType, outpostArn = "" } = subnet ?? {};
  if (zoneType === "availability-zone" && outpostArn === "") return [];
  const place =
    outpostArn === "" ? `${zone}, a ${zoneType}` : `${outpostArn.split("/").at(-1)}, an outpost`;
  return [
    {
      key,
      problem: `has ${id} in ${place}`,
      allowed:
        "allowed: subnets in Availability Zones of the region, as neither Fargate nor network load balancers are elsewhere",
      remedy: `aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId}`,
    },
  ];
}

/** A load balancer takes one subnet per zone. */
function sharedZoneFaults(
  { publicSubnetIds }: ExistingNetwork,
  zoneOf: (id: string) => string,
): Fault[] {
  const zones = publicSubnetIds.map(zoneOf);
  const shared = [...new Set(zones.filter((zone, index) => zones.indexOf(zone) !== index))];
  return shared.map((zone) => ({
    key: "publicSubnetIds",
    problem: `has several subnets in ${zone}`,
    allowed: "allowed: one subnet per zone",
    remedy: `keep one of ${publicSubnetIds.filter((id) => zoneOf(id) === zone).join(", ")}`,
  }));
}

/** A load balancer sends nothing to targets in zones that it is not in. */
function uncoveredZoneFaults(values: ExistingNetwork, zoneOf: (id: string) => string): Fault[] {
  const covered = new Set(values.publicSubnetIds.map(zoneOf));
  const uncovered = values.privateSubnetIds.filter((id) => !covered.has(zoneOf(id)));
  return uncovered.map((id) => ({
    key: "privateSubnetIds",
    problem: `has ${id} in ${zoneOf(id)}, where the load balancer has no subnet`,
    allowed: `allowed: subnets in ${[...covered].sort().join(", ")}, the zones of publicSubnetIds`,
    remedy: `add a subnet in ${zoneOf(id)} to publicSubnetIds, or take this one out`,
  }));
}
