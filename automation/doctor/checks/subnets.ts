import {
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  type RouteTable,
  type Subnet,
} from "@aws-sdk/client-ec2";
import { type Finding, fault, ok } from "../../checks/finding";
import type { DoctorCheck } from "../context";

const subject = "subnets";

/**
 * That a load balancer wants in each subnet.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html
 */
const freeAddresses = 8;

/** Given subnets of the load balancer have addresses for it, and lead to the internet. */
export const subnets: DoctorCheck = {
  subject,
  reads: ["aws:region", "vpcId", "publicSubnetIds"],
  applies: ({ settings }) => settings.network.kind === "existing",
  run: async ({ aws, settings: { network }, deployed }, abortSignal) => {
    if (network.kind !== "existing") return [];
    const { vpcId, publicSubnetIds } = network;
    const ofPublic = new DescribeSubnetsCommand({ SubnetIds: [...publicSubnetIds] });
    const { Subnets = [] } = await aws.ec2.send(ofPublic, { abortSignal });
    const ofVpc = new DescribeRouteTablesCommand({
      Filters: [{ Name: "vpc-id", Values: [vpcId] }],
    });
    const { RouteTables = [] } = await aws.ec2.send(ofVpc, { abortSignal });
    // One that exists has its addresses.
    const hasBalancer = (await deployed("aws:lb/loadBalancer:LoadBalancer")).length > 0;
    const faults = [
      ...(hasBalancer ? [] : Subnets.flatMap(addressFaults)),
      ...publicSubnetIds.flatMap((id) => routeFaults(id, RouteTables)),
    ];
    if (faults.length > 0) return faults;
    return [ok(subject, `${publicSubnetIds.join(", ")}, which lead to an internet gateway`)];
  },
};

function addressFaults({ SubnetId, AvailableIpAddressCount: free }: Subnet): Finding[] {
  if (free === undefined || free >= freeAddresses) return [];
  const message = `publicSubnetIds has ${SubnetId} with ${free} free addresses; a load balancer needs ${freeAddresses}`;
  const remedy = `aws ec2 describe-network-interfaces --filters Name=subnet-id,Values=${SubnetId}; free some, or choose another subnet`;
  return [fault(subject, message, remedy)];
}

/** A subnet without a table of its own has the main one of its VPC. */
function routeFaults(id: string, tables: readonly RouteTable[]): Finding[] {
  const own = tables.find(({ Associations = [] }) =>
    Associations.some(({ SubnetId }) => SubnetId === id),
  );
  const main = tables.find(({ Associations = [] }) => Associations.some(({ Main }) => Main));
  const table = own ?? main;
  const isPublic = table?.Routes?.some(
    ({ DestinationCidrBlock, GatewayId, State }) =>
      DestinationCidrBlock === "0.0.0.0/0" && GatewayId?.startsWith("igw-") && State === "active",
  );
  if (isPublic) return [];
  const message = `publicSubnetIds has ${id}, whose route table ${table?.RouteTableId ?? ""} leads to no internet gateway: clients do not reach the load balancer`;
  const remedy = `aws ec2 create-route --route-table-id ${table?.RouteTableId ?? "<its id>"} --destination-cidr-block 0.0.0.0/0 --gateway-id <the internet gateway>, or choose another subnet`;
  return [fault(subject, message, remedy)];
}
