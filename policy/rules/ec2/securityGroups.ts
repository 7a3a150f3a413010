import {
  coversInternet,
  egressTypes,
  fromInternet,
  groupTypes,
  includesPort,
  ingressTypes,
  isEveryProtocol,
  isTcp,
  separateIngressTypes,
  type TrafficRule,
  trafficRules,
} from "../../aws/securityGroupRules";
import { aws } from "../../aws/typeTokens";
import type { Findings } from "../../kit/findings";
import { hasLength, isNotTrue, isSet, isTrue } from "../../kit/predicates";
import { resourceRule, stackRule } from "../../kit/rule";
import type { Stack, StackResource } from "../../kit/stack";
import { type Answer, allOf, anyOf, ask, known, no } from "../../kit/tristate";

export const allEgressToWorld = resourceRule({
  name: "all-egress-to-world",
  description: "Recommends security groups that do not let everything out.",
  severity: "low",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_382"] },
  remediationSteps: "Name the ports that are called, such as TCP 443.",
  types: egressTypes,
  check: (resource, report, { type }) => {
    for (const rule of trafficRules(type, resource, "egress", report)) {
      report.refuse(
        allOf(isEveryProtocol(rule), fromInternet(rule)),
        rule.at,
        "everything may go out to the internet",
      );
    }
  },
});

const isDescription = (text: string) => text !== "" && text !== "Managed by Pulumi";

export const securityGroupDescriptions = resourceRule({
  name: "security-group-descriptions",
  description: "Recommends a description of each security group and rule.",
  severity: "low",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_23"], cdkNag: ["EC27"] },
  remediationSteps: "Say in description what it is for.",
  types: [...new Set([...ingressTypes, ...egressTypes])],
  check: (resource, report, { type }) => {
    const rules = [
      ...trafficRules(type, resource, "ingress", report),
      ...trafficRules(type, resource, "egress", report),
    ];
    const described = rules.map(({ description }) => description);
    // The description of the default group is AWS's own.
    if (type === groupTypes[0]) described.push(resource.get("description"));
    for (const description of described) {
      report.require(
        description,
        (property) => isDescription(property.text()),
        "its purpose is not documented",
      );
    }
  },
});

export const networkAclAdminPorts = resourceRule({
  name: "network-acl-admin-ports",
  description: "Recommends network ACLs that keep SSH and Remote Desktop from the internet out.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["EC2.21"], checkov: ["CKV_AWS_231"] },
  remediationSteps: "Name the networks of the administrators.",
  types: aws("ec2", "NetworkAcl", "NetworkAclRule", "DefaultNetworkAcl"),
  check: (acl, report, { type }) => {
    const isRule = type === "aws:ec2/networkAclRule:NetworkAclRule";
    if (isRule && !report.is(acl.get("egress"), isNotTrue)) return;
    for (const entry of isRule ? [acl] : report.each(acl.get("ingress"))) {
      const action = entry.get(isRule ? "ruleAction" : "action");
      const cidrs = ["cidrBlock", "ipv6CidrBlock"].map((name) => entry.get(name));
      const rule = {
        protocol: entry.get("protocol"),
        from: entry.get("fromPort"),
        to: entry.get("toPort"),
      };
      const asTraffic = { ...rule, cidrs } as unknown as TrafficRule;
      report.refuse(
        allOf(
          ask(action, (property) => property.text().toLowerCase() === "allow"),
          anyOf(...cidrs.map((cidr) => ask(cidr, coversInternet))),
          reachesAdminPort(asTraffic),
        ),
        entry,
        "SSH or Remote Desktop from the internet passes the ACL",
      );
    }
  },
});

const reachesAdminPort = (rule: TrafficRule): Answer =>
  anyOf(
    isEveryProtocol(rule),
    allOf(isTcp(rule), anyOf(includesPort(rule, 22), includesPort(rule, 3389))),
  );

/** Ingress rules of a group, its own and those that other resources add to it. */
function rulesInto(group: StackResource, stack: Stack, report: Findings) {
  const own = trafficRules(group.type, group.props, "ingress", report);
  const added = stack
    .of(separateIngressTypes)
    .filter((resource) => report.holds(stack.refers(resource, "securityGroupId", group)))
    .flatMap((resource) =>
      trafficRules(resource.type, resource.props, "ingress", report).map((rule) => ({
        resource,
        rule,
      })),
    );
  return [...own.map((rule) => ({ resource: group, rule })), ...added];
}

export const adminPortsBehindOpenGroup = stackRule({
  name: "admin-ports-behind-open-group",
  description:
    "Prohibits SSH, Remote Desktop and all ports from a security group that is open to the internet.",
  severity: "high",
  level: "always",
  ids: {},
  remediationSteps: "Open the ports that are served, or use another group for the administrators.",
  checkStack: (stack, report) => {
    const groups = stack.of(groupTypes).map((group) => {
      const rules = rulesInto(group, stack, report);
      return { group, rules, isOpen: anyOf(no, ...rules.map(({ rule }) => fromInternet(rule))) };
    });
    for (const { rules, isOpen } of groups) {
      for (const { resource, rule } of rules) {
        const isFromOpen = anyOf(
          rule.self ? allOf(ask(rule.self, isTrue), isOpen) : no,
          ...rule.groups.flatMap((named) =>
            groups.map((source) =>
              allOf(stack.names(resource, named, source.group), source.isOpen),
            ),
          ),
        );
        report.refuse(
          allOf(isFromOpen, reachesAdminPort(rule)),
          rule.at,
          "members of a group that the internet reaches get to SSH, Remote Desktop or every port",
          resource,
        );
      }
    }
  },
});

export const taskBehindLoadBalancer = stackRule({
  name: "task-behind-load-balancer",
  description:
    "Requires ECS services to have security groups, and these to admit other security groups only, no networks.",
  severity: "high",
  level: "production",
  ids: {},
  remediationSteps:
    "Set networkConfiguration.securityGroups, and name the load balancer's security group in place of a network or prefix list: nothing may reach the task past it.",
  checkStack: (stack, report) => {
    const services = stack.of(aws("ecs", "Service", "TaskSet"));
    for (const service of services) {
      const network = service.props.get("networkConfiguration");
      if (!report.is(network, isSet)) continue;
      report.require(
        network.get("securityGroups"),
        hasLength(1),
        "the task is in the default security group of its VPC, with whatever else is there",
        service,
      );
    }
    const groups = stack
      .of(groupTypes)
      .filter((group) =>
        services.some((service) =>
          report.holds(stack.refers(service, "networkConfiguration.securityGroups", group)),
        ),
      );
    for (const group of groups) {
      for (const { resource, rule } of rulesInto(group, stack, report)) {
        const networks = [...rule.cidrs, ...rule.prefixLists];
        report.refuse(
          known(networks.some((network) => !network.missing)),
          rule.at,
          "a network reaches the task past the load balancer",
          resource,
        );
      }
    }
  },
});

export const securityGroupRules = [
  allEgressToWorld,
  securityGroupDescriptions,
  networkAclAdminPorts,
  adminPortsBehindOpenGroup,
  taskBehindLoadBalancer,
] as const;
