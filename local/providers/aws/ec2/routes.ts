import { parseIpv4Network } from "../../../../shared/networks";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notExactlyOne } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { ResourceTypes } from "../../engine/resourceType";

const destinations = [
  "destinationCidrBlock",
  "destinationIpv6CidrBlock",
  "destinationPrefixListId",
];
const targets = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "odbNetworkArn",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];

/** Route tables, their routes and their associations with subnets. */
export const routes: ResourceTypes = {
  "aws:ec2/routeTable:RouteTable": {
    inputs: inputNames["aws:ec2/routeTable:RouteTable"],
    replaceOnChanges: "vpcId",
    initialOutputs: (_inputs, account) => {
      const id = `rtb-${account.hex(17)}`;
      return {
        id,
        arn: `arn:aws:ec2:${account.region}:${account.id}:route-table/${id}`,
        ownerId: account.id,
        propagatingVgws: [],
        routes: [],
      };
    },
    validateDelete: ({ id }, inventory) => {
      const association = inventory.find(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        (properties) => properties.text("routeTableId") === id,
      );
      if (association) {
        throw new AwsError(
          "DependencyViolation",
          `The routeTable '${id}' has dependencies and cannot be deleted: ${association.id}`,
        );
      }
    },
  },

  "aws:ec2/route:Route": {
    inputs: inputNames["aws:ec2/route:Route"],
    replaceOnChanges: `routeTableId ${destinations.join(" ")}`,
    checkFailures: (inputs) => {
      const cidr = inputs.text("destinationCidrBlock");
      return failuresIn(
        notExactlyOne(inputs, "destinationCidrBlock", "InvalidParameterCombination", destinations),
        notExactlyOne(inputs, "gatewayId", "InvalidParameterCombination", targets),
        failWhen(
          cidr !== undefined && !parseIpv4Network(cidr),
          "destinationCidrBlock",
          "InvalidParameterValue",
          `the CIDR '${cidr}' is invalid; allowed: IPv4 with zero host bits`,
        ),
      );
    },
    initialOutputs: (_inputs, account) => ({
      id: `r-rtb-${account.hex(20)}`,
      instanceId: "",
      instanceOwnerId: "",
      origin: "CreateRoute",
      state: "active",
    }),
    validate: (inputs, inventory, self) => {
      const routeTableId = inputs.text("routeTableId");
      if (!inventory.byId("aws:ec2/routeTable:RouteTable", routeTableId)) {
        throw new AwsError(
          "InvalidRouteTableID.NotFound",
          `The routeTable ID '${routeTableId}' does not exist`,
        );
      }
      const same = inventory.find(
        "aws:ec2/route:Route",
        (route, item) =>
          item.id !== self?.id &&
          ["routeTableId", ...destinations].every((name) => route.text(name) === inputs.text(name)),
      );
      if (same) {
        const destination = destinations.map((name) => inputs.text(name)).find(Boolean);
        throw new AwsError(
          "RouteAlreadyExists",
          `The route identified by ${destination} already exists in ${routeTableId}`,
        );
      }
    },
  },

  "aws:ec2/routeTableAssociation:RouteTableAssociation": {
    inputs: inputNames["aws:ec2/routeTableAssociation:RouteTableAssociation"],
    replaceOnChanges: "subnetId gatewayId",
    checkFailures: (inputs) =>
      failuresIn(
        notExactlyOne(inputs, "subnetId", "InvalidParameterCombination", ["subnetId", "gatewayId"]),
      ),
    initialOutputs: (_inputs, account) => ({ id: `rtbassoc-${account.hex(17)}` }),
    validate: (inputs, inventory, self) => {
      const subnetId = inputs.text("subnetId");
      const other = inventory.find(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        (association, item) =>
          item.id !== self?.id &&
          subnetId !== undefined &&
          association.text("subnetId") === subnetId,
      );
      if (other) {
        throw new AwsError(
          "Resource.AlreadyAssociated",
          `the specified association for subnet ${subnetId} conflicts with ${other.id}`,
        );
      }
    },
  },
};
