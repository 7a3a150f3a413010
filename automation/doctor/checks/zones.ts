import {
  type AvailabilityZone,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  type Subnet,
} from "@aws-sdk/client-ec2";
import type { NetworkSettings } from "../../../config";
import type { Check } from "../../checks/examine";
import { type Finding, fault, ok, warning } from "../../checks/finding";
import type { DoctorContext } from "../context";
import { hasNoFargateOnArm } from "../fargateZones";

const subject = "zones";

/** The zones in which load balancer and task will be. */
export const zones: Check<DoctorContext> = {
  subject,
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
  (ZoneType ?? "availability-zone") === "availability-zone";

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
  const without = used.filter(({ ZoneId }) => hasNoFargateOnArm(ZoneId ?? ""));
  return [
    ok(
      subject,
      `${named(used)}${optedIn.length > 0 ? `; opted-in zones are left out: ${named(optedIn)}` : ""}`,
    ),
    ...without.map(({ ZoneName, ZoneId }) =>
      warning(
        subject,
        `${ZoneName} (${ZoneId}) runs no ARM tasks on Fargate; the task only starts in the other zones`,
        "use an existing VPC with subnets in other zones: vpcId, publicSubnetIds, privateSubnetIds",
      ),
    ),
  ];
}

/** A target group reaches only targets in zones of the load balancer. */
export function existingNetworkFindings(
  all: readonly AvailabilityZone[],
  subnets: readonly Subnet[],
  network: Extract<NetworkSettings, { kind: "existing" }>,
): Finding[] {
  const zoneOf = (id: string) =>
    subnets.find(({ SubnetId }) => SubnetId === id)?.AvailabilityZone ?? "";
  const zonesOf = (ids: readonly string[]) => [...new Set(ids.map(zoneOf))];
  const balancerZones = zonesOf(network.publicSubnetIds);
  const strayed = network.privateSubnetIds.filter((id) => !balancerZones.includes(zoneOf(id)));
  const special = subnets.filter(({ AvailabilityZone: name }) => {
    const zone = all.find(({ ZoneName }) => ZoneName === name);
    return zone !== undefined && !isUsable(zone);
  });
  const foreign = subnets.filter(({ VpcId }) => VpcId && VpcId !== network.vpcId);
  const findings = [
    ...strayed.map((id) =>
      fault(
        subject,
        `the task's subnet ${id} is in ${zoneOf(id)}, where the load balancer has no subnet`,
        "pulumi config set --path 'publicSubnetIds[1]' <a public subnet of that zone>, or leave it out of privateSubnetIds",
      ),
    ),
    ...special.map(({ SubnetId, AvailabilityZone: name }) =>
      fault(
        subject,
        `subnet ${SubnetId} is in ${name}, which is no Availability Zone that is open to all accounts`,
        "choose subnets in Availability Zones of the region",
      ),
    ),
    ...foreign.map(({ SubnetId, VpcId }) =>
      fault(
        subject,
        `subnet ${SubnetId} belongs to ${VpcId}`,
        `choose subnets of ${network.vpcId}`,
      ),
    ),
  ];
  return findings.length > 0
    ? findings
    : [ok(subject, `${balancerZones.join(", ")}, of the subnets`)];
}
