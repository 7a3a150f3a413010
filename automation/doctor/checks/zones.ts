import {
  type AvailabilityZone,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  type Subnet as Ec2Subnet,
} from "@aws-sdk/client-ec2";
import type { NetworkSettings } from "../../../config";
import type { Subnet } from "../../../config/account";
import { subnetFaults } from "../../../config/checks/accountRules";
import { type Finding, fault, ok, warning } from "../../checks/finding";
import type { DoctorCheck } from "../context";
import { hasNoFargateOnArm } from "../fargateZones";

const subject = "zones";

/** The zones in which load balancer and task will be. */
export const zones: DoctorCheck = {
  subject,
  reads: ["aws:region", "zones", "vpcId", "publicSubnetIds", "privateSubnetIds"],
  run: async ({ aws, settings: { network }, region }, abortSignal) => {
    const all = new DescribeAvailabilityZonesCommand({ AllAvailabilityZones: true });
    const { AvailabilityZones = [] } = await aws.ec2.send(all, { abortSignal });
    if (network.kind === "new") return newNetworkFindings(AvailabilityZones, network.zones, region);
    const { publicSubnetIds, privateSubnetIds, vpcId } = network;
    const command = new DescribeSubnetsCommand({
      SubnetIds: [...new Set([...publicSubnetIds, ...privateSubnetIds])],
    });
    try {
      const { Subnets = [] } = await aws.ec2.send(command, { abortSignal });
      return existingNetworkFindings(AvailabilityZones, Subnets, network);
    } catch (error) {
      if (!(error instanceof Error && error.name.startsWith("InvalidSubnetID"))) throw error;
      const remedy = `aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpcId}`;
      return [fault(subject, error.message, remedy)];
    }
  },
};

const isUsable = ({ State, OptInStatus, ZoneType }: AvailabilityZone) =>
  State === "available" &&
  OptInStatus === "opt-in-not-required" &&
  ZoneType === "availability-zone";

const named = (zones: readonly AvailabilityZone[]) =>
  zones.map(({ ZoneName = "" }) => ZoneName).join(", ");

/** A new VPC takes the first zones by name that need no opt-in. */
export function newNetworkFindings(
  all: readonly AvailabilityZone[],
  wanted: number,
  region: string,
): Finding[] {
  const usable = all
    .filter(isUsable)
    .sort((a, b) => (a.ZoneName ?? "").localeCompare(b.ZoneName ?? ""));
  const used = usable.slice(0, wanted);
  if (used.length < wanted) {
    const message = `${region} has ${usable.length} zones that can be used, the stack wants ${wanted}`;
    return [fault(subject, message, `pulumi config set zones ${Math.max(1, usable.length)}`)];
  }
  const optedIn = all.filter(({ OptInStatus }) => OptInStatus === "opted-in");
  return [
    ok(
      subject,
      `${named(used)}${optedIn.length > 0 ? `; opted-in zones are left out: ${named(optedIn)}` : ""}`,
    ),
    ...armFindings(used),
  ];
}

/** What a deployment would refuse of the subnets, and what these zones lack. */
export function existingNetworkFindings(
  all: readonly AvailabilityZone[],
  subnets: readonly Ec2Subnet[],
  network: Extract<NetworkSettings, { kind: "existing" }>,
): Finding[] {
  const zoneOf = (subnet: Ec2Subnet) =>
    all.find(({ ZoneName }) => ZoneName === subnet.AvailabilityZone);
  const known = new Map(
    subnets.map((subnet) => [subnet.SubnetId ?? "", placeOf(subnet, zoneOf(subnet))]),
  );
  const faults = subnetFaults(network, known).map(({ key, problem, allowed, remedy }) =>
    fault(subject, `${key} ${problem}; ${allowed}`, remedy),
  );
  if (faults.length > 0) return faults;
  const zonesOf = (ids: readonly string[]) =>
    all.filter(({ ZoneName }) => ids.some((id) => known.get(id)?.zone === ZoneName));
  const balancerZones = zonesOf(network.publicSubnetIds);
  return [
    ok(subject, `${named(balancerZones)}, of the subnets`),
    ...balancerZones
      .filter(({ State }) => State !== "available")
      .map(({ ZoneName, State }) =>
        warning(
          subject,
          `${ZoneName} is ${State}`,
          "wait until it is available, or choose subnets in other zones",
        ),
      ),
    ...armFindings(zonesOf(network.privateSubnetIds)),
  ];
}

const placeOf = (subnet: Ec2Subnet, zone: AvailabilityZone | undefined): Subnet => ({
  vpcId: subnet.VpcId ?? "",
  zone: subnet.AvailabilityZone ?? "",
  zoneType: zone?.ZoneType ?? "zone that EC2 does not describe",
  outpostArn: subnet.OutpostArn ?? "",
  cidrBlock: subnet.CidrBlock ?? "",
});

/** Zones of the task in which none runs. */
function armFindings(zones: readonly AvailabilityZone[]): Finding[] {
  const without = zones.filter(({ ZoneId }) => hasNoFargateOnArm(ZoneId ?? ""));
  const remedy =
    "use an existing VPC with subnets in other zones: vpcId, publicSubnetIds, privateSubnetIds";
  const of = without.map(({ ZoneName, ZoneId }) => `${ZoneName} (${ZoneId})`).join(", ");
  if (without.length === 0) return [];
  return without.length === zones.length
    ? [fault(subject, `Fargate runs no ARM tasks in ${of}, and the task has no other zone`, remedy)]
    : [
        warning(
          subject,
          `Fargate runs no ARM tasks in ${of}; the task starts in other zones only`,
          remedy,
        ),
      ];
}
