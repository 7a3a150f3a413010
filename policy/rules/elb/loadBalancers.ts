import { elbv2 } from "../../aws/typeTokens";
import type { Findings } from "../../kit/findings";
import { among, hasLength, isSet, isTrue, unsetOr } from "../../kit/predicates";
import type { Property } from "../../kit/property";
import { resourceRule } from "../../kit/rule";
import { allOf, ask, not } from "../../kit/tristate";

const types = elbv2("LoadBalancer");

const isNetwork = (balancer: Property, report: Findings) =>
  report.is(balancer.get("loadBalancerType"), among("network"));

/** What is neither "network" nor "gateway" is an Application Load Balancer. */
const isApplication = (balancer: Property, report: Findings) =>
  report.is(balancer.get("loadBalancerType"), unsetOr("application"));

export const loadBalancerAccessLogs = resourceRule({
  name: "load-balancer-access-logs",
  description: "Requires access logs of load balancers, in a bucket.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["ELB.5"], checkov: ["CKV_AWS_91"], cdkNag: ["ELB2"] },
  remediationSteps: "Set accessLogs with a bucket and enabled: true.",
  types,
  check: (balancer, report) => {
    if (report.is(balancer.get("loadBalancerType"), among("gateway"))) return;
    report.require(balancer.at("accessLogs.enabled"), isTrue, "access logs are off");
    report.require(balancer.at("accessLogs.bucket"), isSet, "access logs have no bucket");
  },
});

export const loadBalancerDeletionProtection = resourceRule({
  name: "load-balancer-deletion-protection",
  description: "Requires load balancers to be protected against deletion.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["ELB.6"], checkov: ["CKV_AWS_150"] },
  remediationSteps: "Set enableDeletionProtection to true.",
  types,
  check: (balancer, report) =>
    report.require(
      balancer.get("enableDeletionProtection"),
      isTrue,
      "the load balancer can be deleted, and its DNS name with it",
    ),
});

export const loadBalancerZones = resourceRule({
  name: "load-balancer-zones",
  description: "Requires load balancers in two or more availability zones.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["ELB.13"] },
  remediationSteps: "Name a subnet in each of two or more zones.",
  types,
  check: (balancer, report) => {
    const [subnets, mappings] = [balancer.get("subnets"), balancer.get("subnetMappings")];
    const tooFew = not(hasEither(subnets, mappings));
    report.refuse(tooFew, subnets, "the load balancer is in fewer than two subnets");
  },
});

const hasEither = (subnets: Property, mappings: Property) =>
  not(allOf(not(ask(subnets, hasLength(2))), not(ask(mappings, hasLength(2)))));

export const loadBalancerCrossZone = resourceRule({
  name: "load-balancer-cross-zone",
  description: "Recommends cross-zone load balancing on Network Load Balancers.",
  severity: "low",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_152"] },
  remediationSteps:
    "Set enableCrossZoneLoadBalancing to true; else a zone without a target leaves DNS.",
  types,
  check: (balancer, report) => {
    if (!isNetwork(balancer, report)) return;
    report.require(
      balancer.get("enableCrossZoneLoadBalancing"),
      isTrue,
      "the addresses of zones without a target lead nowhere",
    );
  },
});

export const loadBalancerSecurityGroup = resourceRule({
  name: "load-balancer-security-group",
  description: "Requires load balancers to be made with a security group.",
  severity: "high",
  level: "always",
  ids: {},
  remediationSteps:
    "Set securityGroups now: a Network Load Balancer that is made without one can never get one.",
  types,
  check: (balancer, report) => {
    if (report.is(balancer.get("loadBalancerType"), among("gateway"))) return;
    report.require(balancer.get("securityGroups"), hasLength(1), "no security group guards it");
  },
});

export const loadBalancerInvalidHeaders = resourceRule({
  name: "load-balancer-invalid-headers",
  description: "Requires Application Load Balancers to drop invalid HTTP headers.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["ELB.4"], checkov: ["CKV_AWS_131"] },
  remediationSteps: "Set dropInvalidHeaderFields to true.",
  types,
  check: (balancer, report) => {
    if (!isApplication(balancer, report)) return;
    report.require(
      balancer.get("dropInvalidHeaderFields"),
      isTrue,
      "invalid headers reach the target",
    );
  },
});

export const loadBalancerDesync = resourceRule({
  name: "load-balancer-desync",
  description: "Requires Application Load Balancers to guard against HTTP desync.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["ELB.12"], checkov: ["CKV_AWS_328"] },
  remediationSteps: 'Set desyncMitigationMode to "defensive" or "strictest".',
  types,
  check: (balancer, report) => {
    if (!isApplication(balancer, report)) return;
    report.require(
      balancer.get("desyncMitigationMode"),
      unsetOr("defensive", "strictest"),
      "ambiguous requests reach the target",
    );
  },
});

export const loadBalancerInternal = resourceRule({
  name: "load-balancer-internal",
  description: "Requires Application Load Balancers to be internal.",
  severity: "high",
  level: "always",
  ids: { other: ["trivy:AWS-0053"] },
  remediationSteps: "Set internal to true; clients come in through the Network Load Balancer.",
  types,
  check: (balancer, report) => {
    if (!isApplication(balancer, report)) return;
    report.require(
      balancer.get("internal"),
      isTrue,
      "an Application Load Balancer faces the internet",
    );
  },
});

export const loadBalancerRules = [
  loadBalancerAccessLogs,
  loadBalancerDeletionProtection,
  loadBalancerZones,
  loadBalancerCrossZone,
  loadBalancerSecurityGroup,
  loadBalancerInvalidHeaders,
  loadBalancerDesync,
  loadBalancerInternal,
] as const;
