import { separateRuleTypes } from "../../aws/securityGroupRules";
import { aws } from "../../aws/typeTokens";
import { among, hasLength, isNotTrue } from "../../kit/predicates";
import { resourceRule, stackRule } from "../../kit/rule";
import { allOf, anyOf, ask, known, not } from "../../kit/tristate";

const vpcs = aws("ec2", "Vpc");

export const subnetPublicAddress = resourceRule({
  name: "subnet-public-address",
  description: "Requires subnets that give no public addresses by themselves.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["EC2.15"], checkov: ["CKV_AWS_130"] },
  remediationSteps:
    "Set mapPublicIpOnLaunch to false; waive the rule for subnets that hold load balancers only.",
  types: aws("ec2", "Subnet", "DefaultSubnet"),
  check: (subnet, report) =>
    report.require(
      subnet.get("mapPublicIpOnLaunch"),
      isNotTrue,
      "what is started here gets a public address",
    ),
});

export const defaultSecurityGroupClosed = stackRule({
  name: "default-security-group-closed",
  description: "Requires the default security group of each VPC to be without rules.",
  severity: "high",
  level: "production",
  ids: { fsbp: ["EC2.2"], checkov: ["CKV2_AWS_12"] },
  remediationSteps: "Add an ec2.DefaultSecurityGroup with ingress: [] and egress: [] for the VPC.",
  checkStack: (stack, report) => {
    const groups = stack.of(aws("ec2", "DefaultSecurityGroup"));
    const added = stack.of(separateRuleTypes);
    for (const vpc of stack.of(vpcs)) {
      const isTaken = anyOf(
        known(false),
        ...groups.map((group) => stack.refers(group, "vpcId", vpc)),
      );
      report.refuse(not(isTaken), vpc.props, "its default security group lets members talk", vpc);
      for (const group of stack.referring(groups, "vpcId", vpc)) {
        for (const direction of ["ingress", "egress"]) {
          const rules = group.props.get(direction);
          report.require(rules, hasLength(0, 0), "the default security group has rules", group);
        }
      }
      for (const rule of added) {
        // A rule whose group comes from the VPC itself can only be meant for the default one.
        const isMeant = anyOf(
          known(stack.isTakenFrom(rule, "securityGroupId", vpc)),
          ...stack
            .referring(groups, "vpcId", vpc)
            .map((group) => stack.refers(rule, "securityGroupId", group)),
        );
        report.refuse(isMeant, rule.props, "the default security group has rules", rule);
      }
    }
  },
});

export const vpcFlowLog = stackRule({
  name: "vpc-flow-log",
  description: "Requires a flow log of each VPC, of all or of rejected traffic.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["EC2.6"], checkov: ["CKV2_AWS_11"], cdkNag: ["VPC7"] },
  remediationSteps: 'Add an ec2.FlowLog with trafficType "ALL" for the VPC.',
  checkStack: (stack, report) => {
    const logs = stack.of(aws("ec2", "FlowLog"));
    for (const vpc of stack.of(vpcs)) {
      const isLogged = anyOf(
        known(false),
        ...logs.map((log) =>
          allOf(
            stack.refers(log, "vpcId", vpc),
            ask(log.props.get("trafficType"), among("ALL", "REJECT")),
          ),
        ),
      );
      report.refuse(not(isLogged), vpc.props, "nothing records who reached what in this VPC", vpc);
    }
  },
});

export const vpcRules = [subnetPublicAddress, defaultSecurityGroupClosed, vpcFlowLog] as const;
