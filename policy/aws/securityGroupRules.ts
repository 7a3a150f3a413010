import type { Findings } from "../kit/findings";
import type { Property } from "../kit/property";
import { type Answer, allOf, anyOf, ask, no } from "../kit/tristate";
import { isEvery, mayBeTcp, mayBeUdp } from "./ipProtocol";

/** One way in or out of a security group, whichever resource says so. */
export interface TrafficRule {
  readonly at: Property;
  readonly protocol: Property;
  readonly from: Property;
  readonly to: Property;
  readonly description: Property;
  readonly cidrs: readonly Property[];
  readonly prefixLists: readonly Property[];
  /** Other security groups. */
  readonly groups: readonly Property[];
  /** Whether members of the group itself may come; missing in styles that name the group in its place. */
  readonly self?: Property;
}

export type Direction = "ingress" | "egress";

export const groupTypes = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
];
const ruleType = "aws:ec2/securityGroupRule:SecurityGroupRule";
const separateTypes: Record<Direction, string> = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

export const ingressTypes = [...groupTypes, ruleType, separateTypes.ingress];
export const egressTypes = [...groupTypes, ruleType, separateTypes.egress];
/** Resources that add a rule to a group of another resource: to its ingress, and to either direction. */
export const separateIngressTypes = [ruleType, separateTypes.ingress];
export const separateRuleTypes = [...separateIngressTypes, separateTypes.egress];

/** The rules of one direction in a resource of any style: inline, the old separate style and the new one. */
export function trafficRules(
  type: string,
  resource: Property,
  direction: Direction,
  report: Findings,
): TrafficRule[] {
  if (groupTypes.includes(type)) return report.each(resource.get(direction)).map(inline);
  if (type === ruleType) {
    const isMeant = report.is(
      resource.get("type"),
      (property) => property.text().toLowerCase() === direction,
    );
    return isMeant ? [separateOld(resource)] : [];
  }
  return type === separateTypes[direction] ? [separateNew(resource)] : [];
}

const ports = (at: Property) => ({
  at,
  from: at.get("fromPort"),
  to: at.get("toPort"),
  description: at.get("description"),
});

const networks = (at: Property) => ({
  cidrs: [...at.get("cidrBlocks").items(), ...at.get("ipv6CidrBlocks").items()],
  prefixLists: at.get("prefixListIds").items(),
  self: at.get("self"),
});

const inline = (at: Property): TrafficRule => ({
  ...ports(at),
  ...networks(at),
  protocol: at.get("protocol"),
  groups: at.get("securityGroups").items(),
});

const separateOld = (at: Property): TrafficRule => ({
  ...ports(at),
  ...networks(at),
  protocol: at.get("protocol"),
  groups: at.get("sourceSecurityGroupId").items(),
});

const separateNew = (at: Property): TrafficRule => ({
  ...ports(at),
  protocol: at.get("ipProtocol"),
  cidrs: [...at.get("cidrIpv4").items(), ...at.get("cidrIpv6").items()],
  prefixLists: at.get("prefixListId").items(),
  groups: at.get("referencedSecurityGroupId").items(),
});

/**
 * A network so wide that it is the internet: halves and quarters of it are a common way around rules that look for
 * 0.0.0.0/0. No organisation has more than an IPv4 /8; 2000::/3 is all of public IPv6.
 */
export function coversInternet(cidr: Property): boolean {
  const [, address = "", bits = ""] = /^([^/]+)\/(\d+)$/.exec(cidr.text()) ?? [];
  if (address === "") return false;
  return Number(bits) < (address.includes(":") ? 16 : 8);
}

export const fromInternet = (rule: TrafficRule): Answer =>
  anyOf(no, ...rule.cidrs.map((cidr) => ask(cidr, coversInternet)));

export const isEveryProtocol = (rule: TrafficRule): Answer => ask(rule.protocol, isEvery);
export const isTcp = (rule: TrafficRule): Answer => ask(rule.protocol, mayBeTcp);
export const isUdp = (rule: TrafficRule): Answer => ask(rule.protocol, mayBeUdp);

/** Whether the range contains the port; a missing or negative end is open. */
export function includesPort(rule: TrafficRule, port: number): Answer {
  const starts = ask(rule.from, (from) => (from.number ?? 0) <= port);
  const ends = ask(rule.to, (to) => {
    const last = to.number ?? -1;
    return last < 0 || port <= last;
  });
  return allOf(starts, ends);
}

/** Whether every port of the range is among these. */
export function isWithin(rule: TrafficRule, allowed: readonly number[]): Answer {
  const isNumber = (end: Property) => ask(end, (port) => port.number !== undefined);
  const ports = ask(rule.from, (from) =>
    rule.to.unknown ? allowed.includes(from.number ?? -1) : rangeIsWithin(rule, allowed),
  );
  return allOf(isNumber(rule.from), isNumber(rule.to), ports);
}

function rangeIsWithin({ from, to }: TrafficRule, allowed: readonly number[]): boolean {
  const [first, last] = [from.number ?? 0, to.number ?? 65535];
  // More ports than the list has cannot all be on it.
  if (last - first >= allowed.length) return false;
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).every((port) =>
    allowed.includes(port),
  );
}
