import { zoneNames } from "./availabilityZones";

/** The VPC of all subnets that the local cloud did not create. */
export const priorVpcId = "vpc-0123456789abcdef0";

/** Zone and address range of such a subnet derive from the end of its id, so that several differ. */
export function priorSubnet(id: string, region: string) {
  const number = Number.parseInt(id.slice(-2), 16);
  const zone = zoneNames(region)[(number % 16) % 3] ?? "";
  return { vpcId: priorVpcId, zone, cidrBlock: `172.31.${number}.0/24`, outpostArn: "" };
}

const subnetId = (number: number): string =>
  `subnet-0123456789abcde${number.toString(16).padStart(2, "0")}`;

/** As many public subnets, each in a zone of its own as far as there are zones. */
export const priorPublicSubnetIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => subnetId(index));

/** As many private subnets, in the zones of so many public ones. */
export const priorPrivateSubnetIds = (count: number, publicCount: number): string[] =>
  Array.from({ length: count }, (_, index) => subnetId(16 * (index + 1) + (index % publicCount)));
