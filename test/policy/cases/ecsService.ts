import { type CaseTable, on, unknown } from "./case";

const service = "aws:ecs/service:Service";
const groups = (count: number) => ({
  loadBalancers: Array.from({ length: count }, (_, index) => ({ targetGroupArn: `arn-${index}` })),
});
const exec = (executeCommandConfiguration: object) => ({
  configuration: { executeCommandConfiguration },
});
export const ecsService: CaseTable = {
  "service-target-groups": on(
    service,
    {},
    {
      good: [{}, groups(1)],
      bad: [groups(7), ["aws:ecs/taskSet:TaskSet", groups(6)]],
      nearGood: [groups(5)],
      nearBad: [groups(6)],
      unknown: [{ loadBalancers: unknown.array }],
    },
  ),
  "service-public-address": on(
    service,
    {},
    {
      good: [{ networkConfiguration: { assignPublicIp: false } }, {}],
      bad: [{ networkConfiguration: { assignPublicIp: true } }],
      nearBad: [{ networkConfiguration: { assignPublicIp: "true" } }],
      unknown: [{ networkConfiguration: { assignPublicIp: unknown.string } }],
    },
  ),
  "service-platform-version": on(
    service,
    {},
    {
      good: [{}, { platformVersion: "LATEST" }],
      bad: [{ platformVersion: "1.3.0" }],
      nearGood: ["1.4.0", "1.10.0", "2.0.0", "10.0.0"].map((platformVersion) => ({
        platformVersion,
      })),
      nearBad: ["1.3.9", "1.0.0", "latest", "0.9.0"].map((platformVersion) => ({
        platformVersion,
      })),
      unknown: [{ platformVersion: unknown.string }],
    },
  ),
  "service-execute-command": on(
    service,
    {},
    {
      good: [{}, { enableExecuteCommand: false }],
      bad: [{ enableExecuteCommand: true }],
      nearBad: [{ enableExecuteCommand: "true" }],
      unknown: [{ enableExecuteCommand: unknown.string }],
    },
  ),
  "service-rebalancing": on(
    service,
    {},
    {
      good: [{ availabilityZoneRebalancing: "DISABLED" }],
      bad: [{}, { availabilityZoneRebalancing: "ENABLED" }],
      nearBad: [{ availabilityZoneRebalancing: "disabled" }],
      unknown: [{ availabilityZoneRebalancing: unknown.string }],
    },
  ),
  "service-circuit-breaker": on(
    service,
    {},
    {
      good: [{ deploymentCircuitBreaker: { enable: true, rollback: true } }],
      bad: [{}, { deploymentCircuitBreaker: { enable: false, rollback: false } }],
      nearBad: [
        { deploymentCircuitBreaker: { enable: true, rollback: false } },
        { deploymentCircuitBreaker: { enable: false, rollback: true } },
      ],
      unknown: [{ deploymentCircuitBreaker: unknown.string }],
    },
  ),
  "cluster-container-insights": on(
    "aws:ecs/cluster:Cluster",
    {},
    {
      good: ["enabled", "enhanced"].map((value) => ({
        settings: [{ name: "containerInsights", value }],
      })),
      bad: [{}, { settings: [{ name: "containerInsights", value: "disabled" }] }],
      nearBad: [{ settings: [{ name: "other", value: "enabled" }] }],
      unknown: [
        { settings: unknown.array },
        { settings: [{ name: "containerInsights", value: unknown.string }] },
      ],
    },
  ),
  "cluster-execute-command": on(
    "aws:ecs/cluster:Cluster",
    {},
    {
      good: [{}, exec({ kmsKeyId: "key", logging: "OVERRIDE" }), exec({ kmsKeyId: "key" })],
      bad: [exec({ kmsKeyId: "key", logging: "NONE" }), exec({ logging: "DEFAULT" })],
      nearGood: [{ configuration: { managedStorageConfiguration: { kmsKeyId: "key" } } }],
      nearBad: [exec({ kmsKeyId: "", logging: "DEFAULT" })],
      unknown: [
        { configuration: unknown.string },
        exec({ kmsKeyId: unknown.string, logging: "DEFAULT" }),
        exec({ kmsKeyId: "key", logging: unknown.string }),
      ],
    },
  ),
};
