import {
  contains,
  ipv4Network,
  overlaps,
  parseIpv4Network,
  reservedVpcNetworks,
} from "../../../../shared/networks";
import { zoneId } from "../../../account/availabilityZones";
import type { Account } from "../../engine/account";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import { fault, faultsIn, notAmong, Refusal, type ResourceTypes } from "../../engine/resourceType";

const ec2Arn = (account: Account, kind: string, id: string) =>
  `arn:aws:ec2:${account.region}:${account.id}:${kind}/${id}`;

/** `vpc-` and 17 digits; ARN kind differs from the id's prefix. */
function ec2Identity(account: Account, prefix: string, kind: string) {
  const id = `${prefix}-${account.hex(17)}`;
  return { id, arn: ec2Arn(account, kind, id), ownerId: account.id };
}

const cidrFaults = (inputs: Inputs, code: string) => {
  const text = inputs.text("cidrBlock");
  const cidr = text === undefined ? undefined : parseIpv4Network(text);
  return faultsIn(
    fault(
      text !== undefined && (!cidr || cidr.maskLength < 16 || cidr.maskLength > 28),
      "cidrBlock",
      code,
      `the CIDR '${text}' is invalid; allowed: IPv4 with zero host bits, /16 to /28`,
    ),
    fault(
      cidr !== undefined &&
        reservedVpcNetworks.some((reserved) => overlaps(ipv4Network(reserved), cidr)),
      "cidrBlock",
      code,
      `the CIDR '${text}' is invalid; not allowed: ${reservedVpcNetworks.join(", ")}`,
    ),
  );
};

const has = (property: string, value: string) => (properties: Inputs) =>
  properties.text(property) === value;

/** Networks and what lies in them, apart from security groups. */
export const ec2: ResourceTypes = {
  "aws:ec2/vpc:Vpc": {
    inputs: inputNames["aws:ec2/vpc:Vpc"],
    replaceOn: "cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength",
    defaults: { enableDnsSupport: true, instanceTenancy: "default" },
    faults: (inputs) => [
      ...cidrFaults(inputs, "InvalidVpc.Range"),
      ...faultsIn(
        fault(
          !inputs.has("cidrBlock") && !inputs.has("ipv4IpamPoolId"),
          "cidrBlock",
          "MissingParameter",
          'set "cidrBlock"',
        ),
      ),
    ],
    identity: (_inputs, account) => ({
      ...ec2Identity(account, "vpc", "vpc"),
      defaultNetworkAclId: `acl-${account.hex(17)}`,
      defaultRouteTableId: `rtb-${account.hex(17)}`,
      defaultSecurityGroupId: `sg-${account.hex(17)}`,
      mainRouteTableId: `rtb-${account.hex(17)}`,
      dhcpOptionsId: `dopt-${account.hex(17)}`,
      enableDnsHostnames: false,
      enableNetworkAddressUsageMetrics: false,
    }),
    refuseDelete: ({ id }, inventory) => {
      const dependent = [
        "aws:ec2/subnet:Subnet",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/securityGroup:SecurityGroup",
      ].flatMap((type) => inventory.of(type).filter(({ properties }) => properties.vpcId === id));
      if (dependent.length > 0) {
        throw new Refusal(
          "DependencyViolation",
          `The vpc '${id}' has dependencies and cannot be deleted: ` +
            dependent.map((item) => item.id).join(", "),
        );
      }
    },
  },

  "aws:ec2/subnet:Subnet": {
    inputs: inputNames["aws:ec2/subnet:Subnet"],
    replaceOn: `availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength
      ipv6CidrBlock ipv6Native outpostArn vpcId`,
    defaults: {
      assignIpv6AddressOnCreation: false,
      enableDns64: false,
      ipv6Native: false,
      mapPublicIpOnLaunch: false,
    },
    faults: (inputs) => cidrFaults(inputs, "InvalidSubnet.Range"),
    identity: (inputs, account) => ({
      ...ec2Identity(account, "subnet", "subnet"),
      availabilityZone: inputs.text("availabilityZone") ?? `${account.region}a`,
      availabilityZoneId: "",
      privateDnsHostnameTypeOnLaunch: "ip-name",
    }),
    derived: (inputs, outputs, account) => ({
      availabilityZoneId: zoneId(
        outputs.text("availabilityZone") ?? inputs.text("availabilityZone"),
        account.region,
      ),
    }),
    refuse: (inputs, inventory, self) => {
      const [vpcId, cidrBlock] = [inputs.text("vpcId"), inputs.text("cidrBlock") ?? ""];
      const cidr = parseIpv4Network(cidrBlock);
      const vpc = inventory.byId("aws:ec2/vpc:Vpc", vpcId)?.properties.cidrBlock;
      const range = typeof vpc === "string" ? parseIpv4Network(vpc) : undefined;
      if (cidr && range && !contains(range, cidr)) {
        throw new Refusal(
          "InvalidSubnet.Range",
          `The CIDR '${cidrBlock}' is not inside the VPC's ${vpc}`,
        );
      }
      const conflict = inventory.find("aws:ec2/subnet:Subnet", (properties, item) => {
        const other = parseIpv4Network(properties.text("cidrBlock") ?? "");
        return (
          item.id !== self?.id &&
          properties.text("vpcId") === vpcId &&
          cidr !== undefined &&
          other !== undefined &&
          overlaps(cidr, other)
        );
      });
      if (conflict) {
        throw new Refusal(
          "InvalidSubnet.Conflict",
          `The CIDR '${cidrBlock}' conflicts with another subnet, ${conflict.id}`,
        );
      }
    },
    refuseDelete: ({ id }, inventory) => {
      const user =
        inventory.find("aws:ec2/natGateway:NatGateway", has("subnetId", id)) ??
        inventory.find("aws:lb/loadBalancer:LoadBalancer", (lb) =>
          lb.texts("subnets").includes(id),
        ) ??
        inventory.find("aws:ecs/service:Service", (service) =>
          service.object("networkConfiguration").texts("subnets").includes(id),
        );
      if (user) {
        throw new Refusal(
          "DependencyViolation",
          `The subnet '${id}' has dependencies and cannot be deleted: ${user.id}`,
        );
      }
    },
  },

  "aws:ec2/internetGateway:InternetGateway": {
    inputs: inputNames["aws:ec2/internetGateway:InternetGateway"],
    replaceOn: "",
    identity: (_inputs, account) => ec2Identity(account, "igw", "internet-gateway"),
    refuse: (inputs, inventory, self) => {
      const vpcId = inputs.text("vpcId");
      const other = inventory.find(
        "aws:ec2/internetGateway:InternetGateway",
        (properties, item) => item.id !== self?.id && properties.text("vpcId") === vpcId,
      );
      if (vpcId && other) {
        throw new Refusal(
          "Resource.AlreadyAssociated",
          `network ${vpcId} already has an internet gateway attached, ${other.id}`,
        );
      }
    },
  },

  "aws:ec2/eip:Eip": {
    inputs: inputNames["aws:ec2/eip:Eip"],
    replaceOn: `address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool`,
    faults: (inputs) => faultsIn(notAmong(inputs, "domain", "InvalidParameterValue", ["vpc"])),
    identity: (_inputs, account) => {
      const id = `eipalloc-${account.hex(17)}`;
      // 203.0.113.0/24 is reserved for documentation: it is nobody's address.
      const publicIp = `203.0.113.${Number.parseInt(account.hex(2), 16)}`;
      return {
        id,
        allocationId: id,
        arn: ec2Arn(account, "elastic-ip", id),
        domain: "vpc",
        networkBorderGroup: account.region,
        publicIp,
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${account.region}.compute.amazonaws.com`,
        publicIpv4Pool: "amazon",
      };
    },
    refuseDelete: ({ id }, inventory) => {
      const gateway = inventory.find("aws:ec2/natGateway:NatGateway", has("allocationId", id));
      if (gateway) {
        throw new Refusal("InvalidIPAddress.InUse", `The address ${id} is in use by ${gateway.id}`);
      }
    },
  },

  "aws:ec2/natGateway:NatGateway": {
    inputs: inputNames["aws:ec2/natGateway:NatGateway"],
    replaceOn: "allocationId availabilityMode connectivityType privateIp subnetId vpcId",
    defaults: { connectivityType: "public" },
    faults: (inputs) =>
      faultsIn(
        notAmong(inputs, "connectivityType", "InvalidParameter", ["public", "private"]),
        fault(
          inputs.text("connectivityType") === "public" && !inputs.has("allocationId"),
          "allocationId",
          "MissingParameter",
          'a public NAT gateway needs "allocationId"',
        ),
        fault(!inputs.has("subnetId"), "subnetId", "MissingParameter", 'set "subnetId"'),
      ),
    identity: (_inputs, account, inventory) => ({
      id: `nat-${account.hex(17)}`,
      associationId: `eipassoc-${account.hex(17)}`,
      networkInterfaceId: `eni-${account.hex(17)}`,
      privateIp: "",
      publicIp: publicIpOf(_inputs.text("allocationId"), inventory),
    }),
    refuse: (inputs, inventory, self) => {
      const allocationId = inputs.text("allocationId");
      const other = inventory.find(
        "aws:ec2/natGateway:NatGateway",
        (gateway, item) =>
          item.id !== self?.id &&
          allocationId !== undefined &&
          gateway.text("allocationId") === allocationId,
      );
      if (other) {
        throw new Refusal(
          "Resource.AlreadyAssociated",
          `Elastic IP address [${allocationId}] is already associated with ${other.id}`,
        );
      }
    },
  },

  "aws:ec2/flowLog:FlowLog": {
    inputs: inputNames["aws:ec2/flowLog:FlowLog"],
    replaceOn: `deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination
      logDestinationType logFormat maxAggregationInterval regionalNatGatewayId subnetId trafficType
      transitGatewayAttachmentId transitGatewayId vpcId`,
    defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
    faults: (inputs) => {
      const sources = ["vpcId", "subnetId", "eniId", "transitGatewayId"].filter((name) =>
        inputs.has(name),
      );
      const toLogs = inputs.text("logDestinationType") === "cloud-watch-logs";
      return faultsIn(
        fault(
          sources.length !== 1,
          "vpcId",
          "InvalidParameter",
          "set exactly one of vpcId, subnetId, eniId, transitGatewayId",
        ),
        fault(
          sources[0] !== "transitGatewayId" && !inputs.has("trafficType"),
          "trafficType",
          "MissingParameter",
          'set "trafficType"',
        ),
        fault(!inputs.has("logDestination"), "logDestination", "MissingParameter", "set it"),
        fault(
          toLogs && !inputs.has("iamRoleArn"),
          "iamRoleArn",
          "MissingParameter",
          "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs",
        ),
        notAmong(inputs, "trafficType", "InvalidParameter", ["ACCEPT", "REJECT", "ALL"]),
        notAmong(inputs, "maxAggregationInterval", "InvalidParameter", [60, 600]),
        notAmong(inputs, "logDestinationType", "InvalidParameter", [
          "cloud-watch-logs",
          "s3",
          "kinesis-data-firehose",
        ]),
      );
    },
    identity: (_inputs, account) => {
      const { id, arn } = ec2Identity(account, "fl", "vpc-flow-log");
      return { id, arn, logFormat: "" };
    },
    refuse: (inputs, inventory, self) => {
      const same = inventory.find(
        "aws:ec2/flowLog:FlowLog",
        (log, item) =>
          item.id !== self?.id &&
          ["vpcId", "subnetId", "eniId", "transitGatewayId", "logDestination"].every(
            (name) => log.text(name) === inputs.text(name),
          ),
      );
      if (same) {
        throw new Refusal(
          "FlowLogAlreadyExists",
          `there is an existing Flow Log with the same configuration and log destination, ${same.id}`,
        );
      }
    },
  },
};

const publicIpOf = (
  allocationId: string | undefined,
  inventory: import("../../../account/accountStore").Inventory,
): string => {
  const address = inventory.byId("aws:ec2/eip:Eip", allocationId)?.properties.publicIp;
  return typeof address === "string" ? address : "";
};
