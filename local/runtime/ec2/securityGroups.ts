import { blockList, splitNetwork } from "../../../shared/networks";
import { list, number, type Properties, record, type State, text } from "../state";

export interface Flow {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
}

/** The other end of a flow, by everything a rule may name it with. */
export interface Party {
  readonly groups: readonly string[];
  /** Address ranges it may have; undefined = not known, so any range of a rule matches. */
  readonly cidrs: readonly string[] | undefined;
  readonly prefixLists?: readonly string[];
}

interface Rule {
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly cidrs: readonly string[];
  readonly groups: readonly string[];
  readonly prefixLists: readonly string[];
}

type Direction = "ingress" | "egress";

/**
 * Security groups of a state with their rules from all places that can hold one: inline in the group,
 * aws.ec2.SecurityGroupRule, aws.vpc.SecurityGroup{In,E}gressRule.
 */
export class SecurityGroups {
  private readonly rules = new Map<string, Record<Direction, Rule[]>>();
  private readonly names = new Map<string, string>();

  constructor(state: State) {
    for (const type of [
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    ]) {
      for (const group of state.all(type)) {
        this.names.set(group.id, group.name);
        const inline = (direction: Direction): Rule[] =>
          group.records(direction).map((rule) => listedRule(rule, group.id));
        this.rules.set(group.id, { ingress: inline("ingress"), egress: inline("egress") });
      }
    }
    for (const rule of state.all("aws:ec2/securityGroupRule:SecurityGroupRule")) {
      const direction = rule.text("type") === "egress" ? "egress" : "ingress";
      this.add(rule.text("securityGroupId"), direction, {
        ...ports(rule.text("protocol"), rule.number("fromPort"), rule.number("toPort")),
        cidrs: [...rule.texts("cidrBlocks"), ...rule.texts("ipv6CidrBlocks")],
        groups: [
          rule.text("sourceSecurityGroupId"),
          rule.flag("self") ? rule.text("securityGroupId") : "",
        ].filter(given),
        prefixLists: rule.texts("prefixListIds"),
      });
    }
    for (const [direction, type] of [
      ["ingress", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"],
      ["egress", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"],
    ] as const) {
      for (const rule of state.all(type)) {
        this.add(rule.text("securityGroupId"), direction, {
          ...ports(rule.text("ipProtocol"), rule.number("fromPort"), rule.number("toPort")),
          cidrs: [
            rule.text("cidrIpv4"),
            rule.text("cidrIpv6"),
            ...entriesOf(state, rule.text("prefixListId")),
          ].filter(given),
          groups: [rule.text("referencedSecurityGroupId")].filter(given),
          prefixLists: [rule.text("prefixListId")].filter(given),
        });
      }
    }
  }

  /** Resource names of the groups, for messages. */
  describe(groups: readonly string[]): string {
    const names = groups.map((id) => this.names.get(id) ?? id);
    return `security group${names.length > 1 ? "s" : ""} ${names.join(", ")}`;
  }

  /** Groups that the state does not hold belong to another stack and count as open. */
  admits(direction: Direction, groups: readonly string[], flow: Flow, party: Party): boolean {
    if (groups.some((group) => !this.rules.has(group))) return true;
    const rules = this.matching(direction, groups, flow);
    const cidrs = rules.flatMap((rule) => rule.cidrs);
    return (
      rules.some((rule) => rule.groups.some((group) => party.groups.includes(group))) ||
      rules.some((rule) => rule.prefixLists.some((id) => party.prefixLists?.includes(id))) ||
      (party.cidrs === undefined
        ? cidrs.length > 0 || rules.some((rule) => rule.prefixLists.length > 0)
        : party.cidrs.length > 0 &&
          party.cidrs.every((inner) => cidrs.some((outer) => contains(outer, inner))))
    );
  }

  /** IPv4 ranges that the groups admit; undefined = not known. */
  sources(groups: readonly string[], flow: Flow): readonly string[] | undefined {
    if (groups.some((group) => !this.rules.has(group))) return undefined;
    return this.matching("ingress", groups, flow)
      .flatMap((rule) => rule.cidrs)
      .filter((cidr) => splitNetwork(cidr).family === "ipv4");
  }

  /** TCP ports that the groups let out to all of the internet, first and last of each range. */
  internetPorts(groups: readonly string[]): (readonly [number, number])[] {
    if (groups.some((group) => !this.rules.has(group))) return [[0, 65535]];
    return groups
      .flatMap((group) => this.rules.get(group)?.egress ?? [])
      .filter(({ protocol, cidrs }) => /^(tcp|-1)$/.test(protocol) && cidrs.includes("0.0.0.0/0"))
      .map(({ protocol, fromPort, toPort }) =>
        protocol === "-1" ? [0, 65535] : [fromPort, toPort],
      );
  }

  private matching(direction: Direction, groups: readonly string[], flow: Flow): Rule[] {
    return groups
      .flatMap((group) => this.rules.get(group)?.[direction] ?? [])
      .filter(
        (rule) =>
          rule.protocol === "-1" ||
          (rule.protocol === flow.protocol &&
            rule.fromPort <= flow.port &&
            flow.port <= rule.toPort),
      );
  }

  private add(group: string, direction: Direction, rule: Rule): void {
    this.rules.get(group)?.[direction].push(rule);
  }
}

function listedRule(rule: Properties, ownGroup: string): Rule {
  return {
    ...ports(text(rule.protocol), number(rule.fromPort), number(rule.toPort)),
    cidrs: [...list(rule.cidrBlocks), ...list(rule.ipv6CidrBlocks)].map(text),
    groups: [...list(rule.securityGroups).map(text), ...(record(rule).self ? [ownGroup] : [])],
    prefixLists: list(rule.prefixListIds).map(text),
  };
}

/** Networks in a prefix list of the stack. */
const entriesOf = (state: State, prefixListId: string): string[] =>
  (
    state.byId("aws:ec2/managedPrefixList:ManagedPrefixList", prefixListId)?.records("entries") ??
    []
  ).map((entry) => text(entry.cidr));

const protocolNames: Readonly<Record<string, string>> = { "6": "tcp", "17": "udp", all: "-1" };

function ports(
  protocol: string,
  fromPort: number | undefined,
  toPort: number | undefined,
): Pick<Rule, "protocol" | "fromPort" | "toPort"> {
  const name = protocol.toLowerCase();
  return {
    protocol: protocolNames[name] ?? name,
    fromPort: fromPort ?? 0,
    toPort: toPort ?? 65535,
  };
}

/** True when every address of the inner range is in the outer one. */
export function contains(outer: string, inner: string): boolean {
  const [wide, narrow] = [splitNetwork(outer), splitNetwork(inner)];
  return (
    wide.family === narrow.family &&
    wide.maskLength <= narrow.maskLength &&
    blockList([outer]).check(narrow.address, narrow.family)
  );
}

const given = (value: string): boolean => value !== "";
