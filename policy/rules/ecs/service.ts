import { aws } from "../../aws/typeTokens";
import { among, hasLength, isNotTrue, isSet, isTrue, matches, unsetOr } from "../../kit/predicates";
import type { Property } from "../../kit/property";
import { resourceRule } from "../../kit/rule";

const types = aws("ecs", "Service");

export const serviceTargetGroups = resourceRule({
  name: "service-target-groups",
  description: "Requires at most five target groups per ECS service.",
  severity: "high",
  level: "always",
  ids: {},
  remediationSteps:
    "Let listeners share target groups: CreateService takes five, and the limit cannot be raised.",
  types: aws("ecs", "Service", "TaskSet"),
  check: (service, report) =>
    report.require(service.get("loadBalancers"), hasLength(0, 5), "more than five target groups"),
});

export const servicePublicAddress = resourceRule({
  name: "service-public-address",
  description: "Requires tasks without a public address.",
  severity: "high",
  level: "production",
  ids: { fsbp: ["ECS.2"], checkov: ["CKV_AWS_333"] },
  remediationSteps: "Set networkConfiguration.assignPublicIp to false and use a NAT gateway.",
  types: aws("ecs", "Service", "TaskSet"),
  check: (service, report) =>
    report.require(
      service.at("networkConfiguration.assignPublicIp"),
      isNotTrue,
      "the task has a public address, past the load balancer",
    ),
});

const isCurrentPlatform = (version: Property) =>
  unsetOr("LATEST")(version) || matches(/^(1\.([4-9]|\d\d+)|[2-9]|\d\d+)\./)(version);

export const servicePlatformVersion = resourceRule({
  name: "service-platform-version",
  description: "Recommends Fargate platform version 1.4.0 or later.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["ECS.10"], checkov: ["CKV_AWS_332"] },
  remediationSteps: 'Leave platformVersion out, or set it to "LATEST".',
  types: aws("ecs", "Service", "TaskSet"),
  check: (service, report) =>
    report.require(
      service.get("platformVersion"),
      isCurrentPlatform,
      "the platform is older than 1.4.0",
    ),
});

export const serviceExecuteCommand = resourceRule({
  name: "service-execute-command",
  description: "Requires ECS Exec to be off.",
  severity: "medium",
  level: "production",
  ids: {},
  remediationSteps: "Leave enableExecuteCommand out.",
  types,
  check: (service, report) =>
    report.require(
      service.get("enableExecuteCommand"),
      isNotTrue,
      "a shell can be opened in the containers",
    ),
});

export const serviceRebalancing = resourceRule({
  name: "service-rebalancing",
  description: "Requires availability zone rebalancing, which stops tasks and streams, to be off.",
  severity: "medium",
  level: "production",
  ids: {},
  remediationSteps: 'Set availabilityZoneRebalancing to "DISABLED"; new services have it on.',
  types,
  check: (service, report) =>
    report.require(
      service.get("availabilityZoneRebalancing"),
      among("DISABLED"),
      "ECS may stop a task, and its streams, to rebalance zones",
    ),
});

export const serviceCircuitBreaker = resourceRule({
  name: "service-circuit-breaker",
  description: "Requires a deployment that fails to roll back.",
  severity: "medium",
  level: "production",
  ids: {},
  remediationSteps: "Set deploymentCircuitBreaker to enable: true, rollback: true.",
  types,
  check: (service, report) => {
    const breaker = service.get("deploymentCircuitBreaker");
    report.require(breaker.get("enable"), isTrue, "a bad task is started over and over");
    report.require(breaker.get("rollback"), isTrue, "a bad deployment is not rolled back");
  },
});

export const clusterContainerInsights = resourceRule({
  name: "cluster-container-insights",
  description: "Requires Container Insights on ECS clusters.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["ECS.12"], checkov: ["CKV_AWS_65"], cdkNag: ["ECS4"] },
  remediationSteps: 'Add the setting { name: "containerInsights", value: "enabled" }.',
  types: aws("ecs", "Cluster"),
  check: (cluster, report) => {
    const insights = report
      .each(cluster.get("settings"))
      .find((setting) => report.is(setting.get("name"), among("containerInsights")));
    if (cluster.get("settings").unknown) return;
    const setting = insights ? insights.get("value") : cluster.get("settings");
    report.require(setting, among("enabled", "enhanced"), "Container Insights is off");
  },
});

export const clusterExecuteCommand = resourceRule({
  name: "cluster-execute-command",
  description: "Requires clusters that are set up for ECS Exec to log and encrypt its sessions.",
  severity: "medium",
  level: "production",
  ids: { checkov: ["CKV_AWS_223", "CKV_AWS_224"] },
  remediationSteps:
    'Set kmsKeyId, and logging to "DEFAULT" or "OVERRIDE", in configuration.executeCommandConfiguration.',
  types: aws("ecs", "Cluster"),
  check: (cluster, report) => {
    const setUp = cluster.at("configuration.executeCommandConfiguration");
    if (!report.is(setUp, isSet)) return;
    const logging = setUp.get("logging");
    report.require(logging, unsetOr("DEFAULT", "OVERRIDE"), "sessions are not logged");
    report.require(setUp.get("kmsKeyId"), isSet, "the session is not encrypted with a key");
  },
});

export const serviceRules = [
  serviceTargetGroups,
  servicePublicAddress,
  servicePlatformVersion,
  serviceExecuteCommand,
  serviceRebalancing,
  serviceCircuitBreaker,
  clusterContainerInsights,
  clusterExecuteCommand,
] as const;
