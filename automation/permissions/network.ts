import type { Settings } from "../../config";
import {
  type Grant,
  isNewNetwork,
  type Operation,
  ownTags,
  passRoles,
  type Row,
  type Rows,
} from "./row";

type Actions = Partial<Record<Operation, string>>;

interface Ec2Actions {
  /** Actions that know no resources. */
  readonly reads: string;
  /** On anything of EC2 in the account and region: most of them touch several kinds of resources. */
  readonly changes: Actions;
  /** On what carries the stack's tags, see {@link ownTags}. */
  readonly deletes?: string;
}

/** Every kind of resource is tagged by the same two actions. */
const tagging = { create: "CreateTags", update: "CreateTags DeleteTags" };

const ec2 = ({ reads, changes, deletes }: Ec2Actions): Grant[] => [
  { service: "ec2", actions: { read: reads } },
  { service: "ec2", actions: changes, on: ["*"] },
  ...(deletes === undefined
    ? []
    : [{ service: "ec2", actions: { delete: deletes }, on: ["*"], condition: ownTags }]),
];

const tagged = ({ create = "", update = "", ...others }: Actions): Actions => ({
  ...others,
  create: `${create} ${tagging.create}`,
  update: `${update} ${tagging.update}`,
});

const row = (actions: Ec2Actions): Row => ({ grants: ec2(actions) });
const ofNewNetwork = (actions: Ec2Actions): Row => ({ ...row(actions), neededFor: isNewNetwork });
const hasNatGateways = ({ network }: Settings) =>
  network.kind === "new" && network.natGateways !== "None";

/** A security group rule, in one direction. */
const rule = (direction: "Ingress" | "Egress"): Row =>
  row({
    reads: "DescribeSecurityGroupRules",
    changes: tagged({
      create: `AuthorizeSecurityGroup${direction}`,
      update: "ModifySecurityGroupRules",
      delete: `RevokeSecurityGroup${direction}`,
    }),
  });

/** Resources of EC2: the network and its security groups. */
export const network: Rows = {
  "aws:ec2/vpc:Vpc": ofNewNetwork({
    reads: "DescribeVpcs DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups",
    changes: tagged({
      create: "CreateVpc ModifyVpcAttribute",
      read: "DescribeVpcAttribute",
      update: "ModifyVpcAttribute",
    }),
    deletes: "DeleteVpc",
  }),
  "aws:ec2/subnet:Subnet": ofNewNetwork({
    // A subnet can be deleted when the last network interface is gone, of which Lambda leaves some.
    reads: "DescribeSubnets DescribeNetworkInterfaces",
    changes: tagged({
      create: "CreateSubnet ModifySubnetAttribute",
      update: "ModifySubnetAttribute",
    }),
    deletes: "DeleteSubnet",
  }),
  "aws:ec2/internetGateway:InternetGateway": ofNewNetwork({
    reads: "DescribeInternetGateways",
    changes: tagged({ create: "CreateInternetGateway AttachInternetGateway" }),
    deletes: "DetachInternetGateway DeleteInternetGateway",
  }),
  "aws:ec2/routeTable:RouteTable": ofNewNetwork({
    reads: "DescribeRouteTables",
    changes: tagged({ create: "CreateRouteTable" }),
    deletes: "DeleteRouteTable",
  }),
  "aws:ec2/route:Route": ofNewNetwork({
    reads: "DescribeRouteTables",
    changes: { create: "CreateRoute", update: "ReplaceRoute", delete: "DeleteRoute" },
  }),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ofNewNetwork({
    reads: "DescribeRouteTables",
    changes: {
      create: "AssociateRouteTable",
      update: "ReplaceRouteTableAssociation",
      delete: "DisassociateRouteTable",
    },
  }),
  "aws:ec2/eip:Eip": {
    ...row({
      reads: "DescribeAddresses DescribeAddressesAttribute",
      changes: tagged({ create: "AllocateAddress", delete: "DisassociateAddress" }),
      deletes: "ReleaseAddress",
    }),
    neededFor: hasNatGateways,
  },
  "aws:ec2/natGateway:NatGateway": {
    ...row({
      reads: "DescribeNatGateways",
      changes: tagged({ create: "CreateNatGateway" }),
      deletes: "DeleteNatGateway",
    }),
    neededFor: hasNatGateways,
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ofNewNetwork({
    reads: "DescribeSecurityGroups DescribeSecurityGroupRules",
    // Its rules are taken away; AWS made it, so it carries no tags before.
    changes: tagged({ create: "RevokeSecurityGroupIngress RevokeSecurityGroupEgress" }),
  }),
  "aws:ec2/flowLog:FlowLog": {
    neededFor: isNewNetwork,
    grants: [
      ...ec2({
        reads: "DescribeFlowLogs",
        changes: tagged({ create: "CreateFlowLogs" }),
        deletes: "DeleteFlowLogs",
      }),
      { service: "logs", actions: { create: "CreateLogDelivery", delete: "DeleteLogDelivery" } },
      ...passRoles("vpc-flow-logs.amazonaws.com", { iamRoleArn: "flowLog" }),
    ],
  },
  "aws:ec2/managedPrefixList:ManagedPrefixList": row({
    reads: "DescribeManagedPrefixLists",
    changes: tagged({
      create: "CreateManagedPrefixList",
      read: "GetManagedPrefixListEntries",
      update: "ModifyManagedPrefixList",
    }),
    deletes: "DeleteManagedPrefixList",
  }),
  "aws:ec2/securityGroup:SecurityGroup": row({
    reads: "DescribeSecurityGroups DescribeSecurityGroupRules DescribeNetworkInterfaces",
    // A new group lets everything out until that rule is taken away.
    changes: tagged({
      create:
        "CreateSecurityGroup AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress",
      update: "RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
    }),
    deletes: "DeleteSecurityGroup",
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
};
