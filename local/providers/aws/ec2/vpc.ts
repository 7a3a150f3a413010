import {
  contains,
  ipv4Network,
  overlaps,
  parseIpv4Network,
  reservedVpcNetworks,
} from "../../../../shared/networks";
import { zoneId } from "../../../account/availabilityZones";
import type { Account } from "../../engine/account";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";

const ec2Arn = (account: Account, kind: string, id: string) =>
  `arn:aws:ec2:${account.region}:${account.id}:${kind}/${id}`;

/** `vpc-` and 17 digits; ARN kind differs from the id's prefix. */
function ec2Identity(account: Account, prefix: string, kind: string) {
  const id = `${prefix}-${account.hex(17)}`;
  return { id, arn: ec2Arn(account, kind, id), ownerId: account.id };
}

const cidrFailures = (inputs: Inputs, code: string) => {
  const text = inputs.text("cidrBlock");
  const cidr = text === undefined ? undefined : parseIpv4Network(text);
  return failuresIn(
    failWhen(
      text !== undefined && (!cidr || cidr.maskLength < 16 || cidr.maskLength > 28),
      "cidrBlock",
      code,
      `the CIDR '${text}' is invalid; allowed: IPv4 with zero host bits, /16 to /28`,
    ),
    failWhen(
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

/** VPCs with their subnets, gateways, addresses and flow logs. */
export const ec2: ResourceTypes = {
  "aws:ec2/vpc:Vpc": {
    inputs: inputNames["aws:ec2/vpc:Vpc"],
    replaceOnChanges: "cidrBlock instanceTenancy ipv4IpamPoolId ipv4NetmaskLength",
    defaults: { enableDnsSupport: true, instanceTenancy: "default" },
    checkFailures: (inputs) => [
      ...cidrFailures(inputs, "InvalidVpc.Range"),
      ...failuresIn(
        failWhen(
          !inputs.has("cidrBlock") && !inputs.has("ipv4IpamPoolId"),
          "cidrBlock",
          "MissingParameter",
          'set "cidrBlock"',
        ),
      ),
    ],
    initialOutputs: (_inputs, account) => ({
      ...ec2Identity(account, "vpc", "vpc"),
      defaultNetworkAclId: `acl-${account.hex(17)}`,
      defaultRouteTableId: `rtb-${account.hex(17)}`,
      defaultSecurityGroupId: `sg-${account.hex(17)}`,
      mainRouteTableId: `rtb-${account.hex(17)}`,
      dhcpOptionsId: `dopt-${account.hex(17)}`,
      enableDnsHostnames: false,
      enableNetworkAddressUsageMetrics: false,
    }),
    validateDelete: ({ id }, inventory) => {
      const dependent = [
        "aws:ec2/subnet:Subnet",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/securityGroup:SecurityGroup",
      ].flatMap((type) => inventory.of(type).filter(({ properties }) => properties.vpcId === id));
      if (dependent.length > 0) {
        throw new AwsError(
          "DependencyViolation",
          `The vpc '${id}' has dependencies and cannot be deleted: ` +
            dependent.map((item) => item.id).join(", "),
        );
      }
    },
  },

  "aws:ec2/subnet:Subnet": {
    inputs: inputNames["aws:ec2/subnet:Subnet"],
    replaceOnChanges: `availabilityZone availabilityZoneId cidrBlock ipv4IpamPoolId ipv4NetmaskLength
      ipv6CidrBlock ipv6Native outpostArn vpcId`,
    defaults: {
      assignIpv6AddressOnCreation: false,
      enableDns64: false,
      ipv6Native: false,
      mapPublicIpOnLaunch: false,
    },
    checkFailures: (inputs) => cidrFailures(inputs, "InvalidSubnet.Range"),
    initialOutputs: (inputs, account) => ({
      ...ec2Identity(account, "subnet", "subnet"),
      availabilityZone: inputs.text("availabilityZone") ?? `${account.region}a`,
      availabilityZoneId: "",
      privateDnsHostnameTypeOnLaunch: "ip-name",
    }),
    computedOutputs: (inputs, outputs, account) => ({
      availabilityZoneId: zoneId(
        outputs.text("availabilityZone") ?? inputs.text("availabilityZone"),
        account.region,
      ),
    }),
    validate: (inputs, inventory, self) => {
      const [vpcId, cidrBlock] = [inputs.text("vpcId"), inputs.text("cidrBlock") ?? ""];
      const cidr = parseIpv4Network(cidrBlock);
      const vpc = inventory.byId("aws:ec2/vpc:Vpc", vpcId)?.properties.cidrBlock;
      const range = typeof vpc === "string" ? parseIpv4Network(vpc) : undefined;
      if (cidr && range && !contains(range, cidr)) {
        throw new AwsError(
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
        throw new AwsError(
          "InvalidSubnet.Conflict",
          `The CIDR '${cidrBlock}' conflicts with another subnet, ${conflict.id}`,
        );
      }
    },
    validateDelete: ({ id }, inventory) => {
      const user =
        inventory.find("aws:ec2/natGateway:NatGateway", has("subnetId", id)) ??
        inventory.find("aws:lb/loadBalancer:LoadBalancer", (lb) =>
          lb.texts("subnets").includes(id),
        ) ??
        inventory.find("aws:ecs/service:Service", (service) =>
          service.object("networkConfiguration").texts("subnets").includes(id),
        );
      if (user) {
        throw new AwsError(
          "DependencyViolation",
          `The subnet '${id}' has dependencies and cannot be deleted: ${user.id}`,
        );
      }
    },
  },

  "aws:ec2/internetGateway:InternetGateway": {
    inputs: inputNames["aws:ec2/internetGateway:InternetGateway"],
    replaceOnChanges: "",
    initialOutputs: (_inputs, account) => ec2Identity(account, "igw", "internet-gateway"),
    validate: (inputs, inventory, self) => {
      const vpcId = inputs.text("vpcId");
      const other = inventory.find(
        "aws:ec2/internetGateway:InternetGateway",
        (properties, item) => item.id !== self?.id && properties.text("vpcId") === vpcId,
      );
      if (vpcId && other) {
        throw new AwsError(
          "Resource.AlreadyAssociated",
          `network ${vpcId} already has an internet gateway attached, ${other.id}`,
        );
      }
    },
  },

  "aws:ec2/eip:Eip": {
    inputs: inputNames["aws:ec2/eip:Eip"],
    replaceOnChanges: `address customerOwnedIpv4Pool domain ipamPoolId networkBorderGroup publicIpv4Pool`,
    checkFailures: (inputs) =>
      failuresIn(notAmong(inputs, "domain", "InvalidParameterValue", ["vpc"])),
    initialOutputs: (_inputs, account) => {
      const id = `eipalloc-${account.hex(17)}`;
      // 203.0.113.0/24 is reserved for documentation, so no host has such an address.
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
    validateDelete: ({ id }, inventory) => {
      const gateway = inventory.find("aws:ec2/natGateway:NatGateway", has("allocationId", id));
      if (gateway) {
        throw new AwsError(
          "InvalidIPAddress.InUse",
          `The address ${id} is in use by ${gateway.id}`,
        );
      }
    },
  },

  "aws:ec2/natGateway:NatGateway": {
    inputs: inputNames["aws:ec2/natGateway:NatGateway"],
    replaceOnChanges: "allocationId availabilityMode connectivityType privateIp subnetId vpcId",
    defaults: { connectivityType: "public" },
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "connectivityType", "InvalidParameter", ["public", "private"]),
        failWhen(
          inputs.text("connectivityType") === "public" && !inputs.has("allocationId"),
          "allocationId",
          "MissingParameter",
          'a public NAT gateway needs "allocationId"',
        ),
        failWhen(!inputs.has("subnetId"), "subnetId", "MissingParameter", 'set "subnetId"'),
      ),
    initialOutputs: (_inputs, account, inventory) => ({
      id: `nat-${account.hex(17)}`,
      associationId: `eipassoc-${account.hex(17)}`,
      networkInterfaceId: `eni-${account.hex(17)}`,
      privateIp: "",
      publicIp: publicIpOf(_inputs.text("allocationId"), inventory),
    }),
    validate: (inputs, inventory, self) => {
      const allocationId = inputs.text("allocationId");
      const other = inventory.find(
        "aws:ec2/natGateway:NatGateway",
        (gateway, item) =>
          item.id !== self?.id &&
          allocationId !== undefined &&
          gateway.text("allocationId") === allocationId,
      );
      if (other) {
        throw new AwsError(
          "Resource.AlreadyAssociated",
          `Elastic IP address [${allocationId}] is already associated with ${other.id}`,
        );
      }
    },
  },

  "aws:ec2/flowLog:FlowLog": {
    inputs: inputNames["aws:ec2/flowLog:FlowLog"],
    replaceOnChanges: `deliverCrossAccountRole destinationOptions eniId iamRoleArn logDestination
      logDestinationType logFormat maxAggregationInterval regionalNatGatewayId subnetId trafficType
      transitGatewayAttachmentId transitGatewayId vpcId`,
    defaults: { logDestinationType: "cloud-watch-logs", maxAggregationInterval: 600 },
    checkFailures: (inputs) => {
      const sources = ["vpcId", "subnetId", "eniId", "transitGatewayId"].filter((name) =>
        inputs.has(name),
      );
      const toLogs = inputs.text("logDestinationType") === "cloud-watch-logs";
      return failuresIn(
        failWhen(
          sources.length !== 1,
          "vpcId",
          "InvalidParameter",
          "set exactly one of vpcId, subnetId, eniId, transitGatewayId",
        ),
        failWhen(
          sources[0] !== "transitGatewayId" && !inputs.has("trafficType"),
          "trafficType",
          "MissingParameter",
          'set "trafficType"',
        ),
        failWhen(!inputs.has("logDestination"), "logDestination", "MissingParameter", "set it"),
        failWhen(
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
    initialOutputs: (_inputs, account) => {
      const { id, arn } = ec2Identity(account, "fl", "vpc-flow-log");
      return { id, arn, logFormat: "" };
    },
    validate: (inputs, inventory, self) => {
      const same = inventory.find(
        "aws:ec2/flowLog:FlowLog",
        (log, item) =>
          item.id !== self?.id &&
          ["vpcId", "subnetId", "eniId", "transitGatewayId", "logDestination"].every(
            (name) => log.text(name) === inputs.text(name),
          ),
      );
      if (same) {
        throw new AwsError(
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
