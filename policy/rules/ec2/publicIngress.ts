import { protocols } from "../../../shared/protocols";
import {
  coversInternet,
  fromInternet,
  includesPort,
  ingressTypes,
  isEveryProtocol,
  isTcp,
  isUdp,
  isWithin,
  type TrafficRule,
  trafficRules,
} from "../../aws/securityGroupRules";
import { aws } from "../../aws/typeTokens";
import type { Findings } from "../../kit/findings";
import type { Property } from "../../kit/property";
import { type Context, type ResourceRule, resourceRule } from "../../kit/rule";
import { type Answer, allOf, anyOf, not } from "../../kit/tristate";

/** Refuses each ingress rule from the world of which `isBad` is true. */
const forbidFromInternet =
  (isBad: (rule: TrafficRule) => Answer, problem: string) =>
  (resource: Property, report: Findings, { type }: Context): void => {
    for (const rule of trafficRules(type, resource, "ingress", report)) {
      report.refuse(allOf(fromInternet(rule), isBad(rule)), rule.at, problem);
    }
  };

const reachesTcp = (port: number) => (rule: TrafficRule) =>
  anyOf(isEveryProtocol(rule), allOf(isTcp(rule), includesPort(rule, port)));

const adminPort = <const Name extends string>(
  name: Name,
  port: number,
  what: string,
  ids: ResourceRule["ids"],
): ResourceRule<Name> =>
  resourceRule({
    name,
    description: `Prohibits ${what} (TCP ${port}) from the internet.`,
    severity: "high",
    level: "always",
    ids,
    remediationSteps: "Name the networks of the administrators, or use Systems Manager instead.",
    types: ingressTypes,
    check: forbidFromInternet(reachesTcp(port), `${what} is open to the internet`),
  });

export const sshFromWorld = adminPort("ssh-from-world", 22, "SSH", {
  fsbp: ["EC2.13"],
  checkov: ["CKV_AWS_24"],
});
export const rdpFromWorld = adminPort("rdp-from-world", 3389, "Remote Desktop", {
  fsbp: ["EC2.14"],
  checkov: ["CKV_AWS_25"],
});

const securePorts = (udp: boolean) =>
  protocols.flatMap(({ secure }) => ((secure.listener === "UDP") === udp ? [secure.port] : []));
const portList = (defaults: number[]) =>
  ({
    type: "array",
    items: { type: "integer", minimum: 0, maximum: 65535 },
    default: defaults,
  }) as const;

export const publicPorts = resourceRule({
  name: "public-ports",
  description: "Requires ports that are open to the internet to be on the port lists.",
  severity: "high",
  level: "production",
  ids: { fsbp: ["EC2.18"] },
  remediationSteps: `Open TCP ${securePorts(false).join(", ")} and UDP ${securePorts(true).join(", ")} only, or name the port in the rule's configuration.`,
  config: {
    properties: { tcpPorts: portList(securePorts(false)), udpPorts: portList(securePorts(true)) },
    defaults: { tcpPorts: securePorts(false), udpPorts: securePorts(true) },
  },
  types: ingressTypes,
  check: (resource, report, context) => {
    const { tcpPorts, udpPorts } = context.config;
    const isBad = (rule: TrafficRule) =>
      anyOf(
        isEveryProtocol(rule),
        allOf(isTcp(rule), not(isWithin(rule, tcpPorts))),
        allOf(isUdp(rule), not(isWithin(rule, udpPorts))),
      );
    forbidFromInternet(isBad, "a port that is not on the list is open to the internet")(
      resource,
      report,
      context,
    );
  },
});

/** FSBP EC2.19 as of 2023. */
const highRiskPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500,
  5601, 8080, 8088, 8888, 9200, 9300,
];

export const publicHighRiskPorts = resourceRule({
  name: "public-high-risk-ports",
  description: "Prohibits ports of services that are often attacked from the internet.",
  severity: "critical",
  level: "production",
  ids: { fsbp: ["EC2.19"] },
  remediationSteps: "Choose another port or name the networks of the clients, or waive the rule.",
  types: ingressTypes,
  check: (resource, report, { type }) => {
    for (const rule of trafficRules(type, resource, "ingress", report)) {
      for (const port of highRiskPorts) {
        const reaches = anyOf(
          isEveryProtocol(rule),
          allOf(anyOf(isTcp(rule), isUdp(rule)), includesPort(rule, port)),
        );
        const isOpen = allOf(fromInternet(rule), reaches);
        report.refuse(isOpen, rule.at, `high-risk port ${port} is open to the internet`);
        if (isOpen.verdict !== "no") break;
      }
    }
  },
});

const everyPort = (rule: TrafficRule) =>
  anyOf(
    isEveryProtocol(rule),
    allOf(anyOf(isTcp(rule), isUdp(rule)), includesPort(rule, 1), includesPort(rule, 65535)),
  );

export const allPortsFromWorld = resourceRule({
  name: "all-ports-from-world",
  description: "Prohibits all ports or protocols from the internet.",
  severity: "critical",
  level: "always",
  ids: { checkov: ["CKV_AWS_277"] },
  remediationSteps: "Open the ports that are served.",
  types: ingressTypes,
  check: forbidFromInternet(everyPort, "every port is open to the internet"),
});

export const prefixListWorld = resourceRule({
  name: "prefix-list-world",
  description: "Prohibits the internet as entry of a prefix list, which hides it from port rules.",
  severity: "high",
  level: "always",
  ids: {},
  remediationSteps: "Name the network in the security group rule itself, where it is seen.",
  types: aws("ec2", "ManagedPrefixList", "ManagedPrefixListEntry"),
  check: (list, report) => {
    for (const entry of [list, ...report.each(list.get("entries"))]) {
      const cidr = entry.get("cidr");
      report.require(
        cidr,
        (property) => !coversInternet(property),
        "the prefix list holds the internet",
      );
    }
  },
});

export const publicIngressRules = [
  sshFromWorld,
  rdpFromWorld,
  publicPorts,
  publicHighRiskPorts,
  allPortsFromWorld,
  prefixListWorld,
] as const;
