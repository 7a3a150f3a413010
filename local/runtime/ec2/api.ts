import { invokes } from "../../providers/aws/dataSources";
import { Inputs } from "../../providers/engine/inputs";
import { type Call, type Service, ServiceException } from "../api/service";
import { list, text } from "../state";

/** EC2: zones, subnets, and how many VPCs and Elastic IP addresses there are. */
export const ec2: Service = {
  protocol: "ec2",
  prefix: "ec2",
  operations: {
    DescribeAvailabilityZones: (input, { account, region }) => ({
      availabilityZoneInfo: account
        .zones(region)
        .filter(
          ({ optInStatus }) =>
            text(input.AllAvailabilityZones) === "true" || optInStatus !== "not-opted-in",
        )
        .map(({ name, id, type, state, optInStatus }) => ({
          zoneName: name,
          zoneId: id,
          zoneType: type,
          zoneState: state,
          optInStatus,
          regionName: region,
        })),
    }),
    DescribeAddresses: (_input, { account }) => ({
      addressesSet: account
        .inventory()
        .of("aws:ec2/eip:Eip")
        .map(({ id, properties }) => ({ allocationId: id, publicIp: text(properties.publicIp) })),
    }),
    // Each account begins with a default VPC in each region.
    DescribeVpcs: (_input, { account }) => ({
      vpcSet: [
        { vpcId: "vpc-0defau1t", isDefault: true },
        ...account
          .inventory()
          .of("aws:ec2/vpc:Vpc")
          .map(({ id }) => ({ vpcId: id, isDefault: false })),
      ],
    }),
    DescribeSubnets: (input, call) => ({
      subnetSet: list(input.SubnetId).map((id) => subnet(text(id), call)),
    }),
    // The main table of a VPC, which leads to its internet gateway, and one for subnets that it does not lead there.
    DescribeRouteTables: (_input, { account }) => ({
      routeTableSet: [
        {
          routeTableId: "rtb-main",
          associationSet: [{ main: true }],
          routeSet: [
            { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-0defau1t", state: "active" },
          ],
        },
        {
          routeTableId: "rtb-inner",
          associationSet: Object.entries(account.facts().subnets)
            .filter(([, { internetGateway }]) => !internetGateway)
            .map(([subnetId]) => ({ main: false, subnetId })),
          routeSet: [],
        },
      ],
    }),
  },
};

/** As the provider's data source knows it. */
function subnet(subnetId: string, { account, region }: Call) {
  const missing = account.facts().missing.includes(subnetId);
  const find = invokes["aws:ec2/getSubnet:getSubnet"];
  if (missing || !find) {
    throw new ServiceException(
      "InvalidSubnetID.NotFound",
      `The subnet ID '${subnetId}' does not exist`,
    );
  }
  const properties = find(new Inputs({ id: subnetId }), account.asProvider(region), account.store);
  return {
    subnetId,
    vpcId: text(properties.vpcId),
    availabilityZone: text(properties.availabilityZone),
    cidrBlock: text(properties.cidrBlock) || undefined,
    availableIpAddressCount: properties.availableIpAddressCount,
    outpostArn: text(properties.outpostArn) || undefined,
  };
}
