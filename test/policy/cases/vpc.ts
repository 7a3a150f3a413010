import { type CaseTable, inStack, on, resource, unknown } from "./case";

const vpc = resource("vpc", "aws:ec2/vpc:Vpc", { id: "vpc-1" });
const newVpc = resource("vpc", "aws:ec2/vpc:Vpc", {}, {}, "network");
const component = resource("network", "awsx:ec2:Vpc", {});
const defaultGroup = (props: object, dependsOn: Record<string, string[]> = {}) =>
  resource("default", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", props, dependsOn);
const flowLog = (props: object, dependsOn: Record<string, string[]> = {}) =>
  resource("flows", "aws:ec2/flowLog:FlowLog", props, dependsOn);
const closed = { vpcId: "vpc-1", ingress: [], egress: [] };
const rule = { fromPort: 1, toPort: 1, protocol: "tcp", self: true };
const added = (
  securityGroupId: unknown,
  dependsOn: string[] = [],
  style = "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
) => resource("added", `aws:${style}`, { securityGroupId }, { securityGroupId: dependsOn });
const late = { vpcId: unknown.string };

export const vpcCases: CaseTable = {
  "subnet-public-address": on(
    "aws:ec2/subnet:Subnet",
    { vpcId: "vpc-1" },
    {
      good: [{}, { mapPublicIpOnLaunch: false }],
      bad: [{ mapPublicIpOnLaunch: true }],
      nearBad: [["aws:ec2/defaultSubnet:DefaultSubnet", { mapPublicIpOnLaunch: "true" }]],
      unknown: [{ mapPublicIpOnLaunch: unknown.string }],
    },
  ),
  "default-security-group-closed": inStack({
    good: [[vpc, defaultGroup(closed)], [vpc, defaultGroup({ vpcId: "vpc-1" })], []],
    bad: [[vpc], [vpc, defaultGroup({ ...closed, ingress: [rule] })]],
    nearGood: [
      [newVpc, component, defaultGroup(late, { vpcId: ["vpc"] })],
      [newVpc, component, defaultGroup(late, { vpcId: ["network"] })],
      [vpc, defaultGroup({ ...closed, id: "sg-1" }), added("sg-2")],
      [newVpc, component, defaultGroup(late, { vpcId: ["vpc"] }), added("sg-2", ["network"])],
      [
        newVpc,
        component,
        defaultGroup(late, { vpcId: ["vpc"] }),
        added("sg-2", ["vpc", "network"]),
      ],
    ],
    nearBad: [
      [vpc, defaultGroup({ ...closed, id: "sg-1" }), added("sg-1")],
      [vpc, defaultGroup(closed), added(unknown.string, ["default"])],
      [vpc, defaultGroup(closed), added(unknown.string, ["vpc"])],
      ...[
        "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "ec2/securityGroupRule:SecurityGroupRule",
      ].map((style) => [vpc, defaultGroup({ ...closed, id: "sg-1" }), added("sg-1", [], style)]),
      [vpc, defaultGroup({ ...closed, vpcId: "vpc-2" })],
      [vpc, defaultGroup({ ...closed, egress: [rule] })],
      [newVpc, defaultGroup(late, { vpcId: ["default"] })],
      [newVpc, component, defaultGroup({ ...late, egress: [rule] }, { vpcId: ["network"] })],
    ],
    unknown: [
      [vpc, defaultGroup(late)],
      [vpc, defaultGroup({ ...closed, ingress: unknown.array })],
    ],
  }),
  "vpc-flow-log": inStack({
    good: [[vpc, flowLog({ vpcId: "vpc-1", trafficType: "ALL" })], []],
    bad: [[vpc], [vpc, flowLog({ vpcId: "vpc-2", trafficType: "ALL" })]],
    nearGood: [
      [
        resource("vpc", "aws:ec2/vpc:Vpc", {}),
        flowLog({ vpcId: "vpc-1", trafficType: "ALL" }, { vpcId: ["vpc"] }),
      ],
      [vpc, flowLog({ vpcId: "vpc-1", trafficType: "REJECT" })],
      [newVpc, component, flowLog({ ...late, trafficType: "ALL" }, { vpcId: ["vpc", "flows"] })],
      [newVpc, component, flowLog({ ...late, trafficType: "ALL" }, { vpcId: ["network"] })],
    ],
    nearBad: [
      [vpc, flowLog({ vpcId: "vpc-2", trafficType: "ALL" }, { vpcId: ["vpc"] })],
      [
        resource("vpc", "aws:ec2/vpc:Vpc", {}),
        flowLog({ vpcId: "vpc-1", trafficType: "ALL" }, { vpcId: ["flows"] }),
      ],
      [vpc, flowLog({ vpcId: "vpc-1", trafficType: "ACCEPT" })],
      [vpc, flowLog({ subnetId: "subnet-1", trafficType: "ALL" })],
    ],
    unknown: [[vpc, flowLog({ ...late, trafficType: "ALL" })]],
  }),
};
