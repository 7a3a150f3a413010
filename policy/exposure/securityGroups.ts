import type { Property } from "../kit/property";
import { firewallRule, firewallRules, type PortExposure } from "./portExposure";
import type { ExposureTable } from "./table";

/** One rule for both directions; `type` says which. */
function securityGroupRule(rule: Property): PortExposure[] {
  const type = rule.get("type");
  if (type.text().toLowerCase() === "egress") return [];
  const exposure = firewallRule(
    "ingress rule",
    rule,
    rule.get("fromPort"),
    rule.get("toPort"),
    rule.get("protocol"),
  );
  if (!type.unknown || exposure.carriesTcp === "no") return [exposure];
  return [{ ...exposure, carriesTcp: "unknown", unknowns: [type, ...exposure.unknowns] }];
}

/**
 * Who may come does not matter: IPv4, IPv6, a prefix list, a referenced group and the group itself are
 * all carry plaintext over a network.
 */
export const securityGroups: ExposureTable = {
  "aws:ec2/securityGroup:SecurityGroup": firewallRules("ingress"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": firewallRules("ingress"),
  "aws:ec2/securityGroupRule:SecurityGroupRule": securityGroupRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (rule) => [
    firewallRule(
      "ingress rule",
      rule,
      rule.get("fromPort"),
      rule.get("toPort"),
      rule.get("ipProtocol"),
    ),
  ],
};
