import type { Settings } from "../../config";
import { arnOf } from "./arn";
import type { Condition } from "./condition";
import {
  type Grant,
  isNewNetwork,
  type Operation,
  type Place,
  passRoles,
  type Row,
  type Rows,
} from "./row";

type Actions = Partial<Record<Operation, string>>;

/** Actions that know no resources. */
const reads = (read: string): Grant => ({ service: "ec2", actions: { read } });

/** Changes what carries the stack's tags: the resource itself, or the one whose id a property has. */
const changes = (on: string, actions: Actions): Grant => ({
  service: "ec2",
  actions,
  on: [on],
  tags: "carried",
});

/** Actions in which EC2 takes the tags of what they make. */
const creating = [
  "CreateVpc",
  "CreateSubnet",
  "CreateInternetGateway",
  "CreateRouteTable",
  "AllocateAddress",
  "CreateNatGateway",
  "CreateFlowLogs",
  "CreateManagedPrefixList",
  "CreateSecurityGroup",
] as const;

/** Makes a resource with the stack's tags, and changes them later. */
const makes = (create: (typeof creating)[number], kind: string): Grant[] => [
  { service: "ec2", actions: { create }, on: [`${kind}/{id}`], tags: "given" },
  {
    service: "ec2",
    actions: { create: "CreateTags" },
    on: ["*"],
    condition: () => ({ StringEquals: { "ec2:CreateAction": creating } }),
    createAction: create,
  },
  retags,
];

const retags: Grant = changes("*", { update: "CreateTags DeleteTags" });

const row = (...grants: Grant[]): Row => ({ grants });
const ofNewNetwork = (...grants: Grant[]): Row => ({ grants, neededFor: isNewNetwork });
const hasNatGateways = ({ network }: Settings) =>
  network.kind === "new" && network.natGateways !== "None";

/** ARN of a VPC that others have made, whose tags are theirs. */
const givenVpc = ({ network }: Settings, place: Place): string[] =>
  network.kind === "existing" ? [arnOf("ec2", `vpc/${network.vpcId}`, place)] : [];

/** What Lambda leaves in a VPC; of a new one the id is not known before it is made. */
const inGivenVpc = (settings: Settings, place: Place): Condition => {
  const [vpc] = givenVpc(settings, place);
  return vpc === undefined ? {} : { StringEquals: { "ec2:Vpc": vpc } };
};

/** A security group rule, in one direction. */
const rule = (direction: "Ingress" | "Egress"): Row =>
  row(
    reads("DescribeSecurityGroupRules"),
    changes("security-group/{securityGroupId}", {
      create: `AuthorizeSecurityGroup${direction}`,
      update: "ModifySecurityGroupRules",
      delete: `RevokeSecurityGroup${direction}`,
    }),
    // Whether it may be made is decided by its group.
    {
      service: "ec2",
      actions: { create: `AuthorizeSecurityGroup${direction}` },
      on: ["security-group-rule/{id}"],
    },
    changes("security-group-rule/{id}", { update: "ModifySecurityGroupRules" }),
    // The provider tags it by a call of its own.
    {
      service: "ec2",
      actions: { create: "CreateTags" },
      on: ["security-group-rule/{id}"],
      tags: "claimed",
    },
    retags,
  );

/** Which route table a subnet has is a change of both. */
const association = (on: string): Grant =>
  changes(on, {
    create: "AssociateRouteTable",
    update: "ReplaceRouteTableAssociation",
    delete: "DisassociateRouteTable",
  });

/** Resources of EC2: the network and its security groups. */
export const network: Rows = {
  "aws:ec2/vpc:Vpc": ofNewNetwork(
    reads("DescribeVpcs DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups"),
    ...makes("CreateVpc", "vpc"),
    changes("vpc/{id}", {
      create: "ModifyVpcAttribute",
      read: "DescribeVpcAttribute",
      update: "ModifyVpcAttribute",
      delete: "DeleteVpc",
    }),
  ),
  "aws:ec2/subnet:Subnet": ofNewNetwork(
    // A subnet can be deleted when the last network interface is gone, of which Lambda leaves some.
    reads("DescribeSubnets DescribeNetworkInterfaces"),
    ...makes("CreateSubnet", "subnet"),
    changes("vpc/{vpcId}", { create: "CreateSubnet" }),
    changes("subnet/{id}", {
      create: "ModifySubnetAttribute",
      update: "ModifySubnetAttribute",
      delete: "DeleteSubnet",
    }),
  ),
  "aws:ec2/internetGateway:InternetGateway": ofNewNetwork(
    reads("DescribeInternetGateways"),
    ...makes("CreateInternetGateway", "internet-gateway"),
    changes("internet-gateway/{id}", {
      create: "AttachInternetGateway",
      delete: "DetachInternetGateway DeleteInternetGateway",
    }),
    changes("vpc/{vpcId}", { create: "AttachInternetGateway", delete: "DetachInternetGateway" }),
  ),
  "aws:ec2/routeTable:RouteTable": ofNewNetwork(
    reads("DescribeRouteTables"),
    ...makes("CreateRouteTable", "route-table"),
    changes("vpc/{vpcId}", { create: "CreateRouteTable" }),
    changes("route-table/{id}", { delete: "DeleteRouteTable" }),
  ),
  "aws:ec2/route:Route": ofNewNetwork(
    reads("DescribeRouteTables"),
    changes("route-table/{routeTableId}", {
      create: "CreateRoute",
      update: "ReplaceRoute",
      delete: "DeleteRoute",
    }),
  ),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ofNewNetwork(
    reads("DescribeRouteTables"),
    association("route-table/{routeTableId}"),
    association("subnet/{subnetId}"),
  ),
  "aws:ec2/eip:Eip": {
    neededFor: hasNatGateways,
    grants: [
      reads("DescribeAddresses DescribeAddressesAttribute"),
      ...makes("AllocateAddress", "elastic-ip"),
      changes("elastic-ip/{id}", { delete: "DisassociateAddress ReleaseAddress" }),
    ],
  },
  "aws:ec2/natGateway:NatGateway": {
    neededFor: hasNatGateways,
    grants: [
      reads("DescribeNatGateways"),
      ...makes("CreateNatGateway", "natgateway"),
      changes("elastic-ip/{allocationId}", { create: "CreateNatGateway" }),
      changes("subnet/{subnetId}", { create: "CreateNatGateway" }),
      // AWS names the subnet's VPC among the resources, too.
      { ...changes("vpc/{*}", { create: "CreateNatGateway" }), neededFor: hasNatGateways },
      changes("natgateway/{id}", { delete: "DeleteNatGateway" }),
    ],
  },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ofNewNetwork(
    reads("DescribeSecurityGroups DescribeSecurityGroupRules"),
    // AWS made it, so it has no tags until the provider tags it, before it takes its rules away.
    {
      service: "ec2",
      actions: { create: "CreateTags" },
      on: ["security-group/{id}"],
      tags: "claimed",
    },
    changes("security-group/{id}", {
      create: "RevokeSecurityGroupIngress RevokeSecurityGroupEgress",
    }),
    retags,
  ),
  "aws:ec2/flowLog:FlowLog": ofNewNetwork(
    reads("DescribeFlowLogs"),
    ...makes("CreateFlowLogs", "vpc-flow-log"),
    changes("vpc/{vpcId}", { create: "CreateFlowLogs" }),
    changes("vpc-flow-log/{id}", { delete: "DeleteFlowLogs" }),
    { service: "logs", actions: { create: "CreateLogDelivery", delete: "DeleteLogDelivery" } },
    ...passRoles("vpc-flow-logs.amazonaws.com", { iamRoleArn: "flowLog" }),
  ),
  "aws:ec2/managedPrefixList:ManagedPrefixList": row(
    reads("DescribeManagedPrefixLists"),
    ...makes("CreateManagedPrefixList", "prefix-list"),
    changes("prefix-list/{id}", {
      read: "GetManagedPrefixListEntries",
      // Rules that refer to it.
      update: "ModifyManagedPrefixList ModifySecurityGroupRules",
      delete: "DeleteManagedPrefixList",
    }),
  ),
  "aws:ec2/securityGroup:SecurityGroup": row(
    reads("DescribeSecurityGroups DescribeSecurityGroupRules DescribeNetworkInterfaces"),
    ...makes("CreateSecurityGroup", "security-group"),
    { ...changes("vpc/{vpcId}", { create: "CreateSecurityGroup" }), neededFor: isNewNetwork },
    {
      service: "ec2",
      actions: { create: "CreateSecurityGroup" },
      on: ["vpc/{vpcId}"],
      arns: givenVpc,
      neededFor: (settings) => !isNewNetwork(settings),
    },
    changes("security-group/{id}", {
      // A new group lets everything out until that rule is taken away.
      create: "RevokeSecurityGroupEgress",
      delete: "DeleteSecurityGroup",
    }),
    // Lambda leaves them behind without tags, and a group can be deleted when the last one is gone.
    {
      service: "ec2",
      actions: { delete: "DeleteNetworkInterface" },
      on: ["network-interface/{*}"],
      condition: inGivenVpc,
      neededFor: ({ authFunctionInVpc }) => authFunctionInVpc,
    },
  ),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
};
