import { fargateFault } from "../../aws/fargateSizes";
import { aws } from "../../aws/typeTokens";
import { among, isSet } from "../../kit/predicates";
import { resourceRule } from "../../kit/rule";

const types = aws("ecs", "TaskDefinition");

export const taskNetworkMode = resourceRule({
  name: "task-network-mode",
  description: "Requires tasks to have a network interface, and so a security group, of their own.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ECS.1", "ECS.17"] },
  remediationSteps: 'Set networkMode to "awsvpc".',
  types,
  check: (task, report) =>
    report.require(task.get("networkMode"), among("awsvpc"), "the task shares the host's network"),
});

export const taskPidMode = resourceRule({
  name: "task-pid-mode",
  description: "Prohibits tasks that see the processes of their host.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["ECS.3"], checkov: ["CKV_AWS_335"] },
  remediationSteps: "Leave pidMode out.",
  types,
  check: (task, report) =>
    report.require(
      task.get("pidMode"),
      (mode) => mode.text().toLowerCase() !== "host",
      "the task sees the processes of its host",
    ),
});

export const taskRolesDiffer = resourceRule({
  name: "task-roles-differ",
  description: "Requires the containers' role to differ from the role that starts them.",
  severity: "medium",
  level: "always",
  ids: { checkov: ["CKV_AWS_249"] },
  remediationSteps:
    "Give taskRoleArn a role of its own: the execution role reads secrets and pulls images.",
  types,
  check: (task, report) => {
    const [role, executionRole] = [task.get("taskRoleArn"), task.get("executionRoleArn")];
    if (!report.is(role, isSet) || !report.is(executionRole, isSet)) return;
    report.require(
      role,
      (property) => property.text() !== executionRole.text(),
      "the containers have the role that starts them",
    );
  },
});

export const taskFargateSize = resourceRule({
  name: "task-fargate-size",
  description: "Requires CPU and memory that Fargate offers together.",
  severity: "medium",
  level: "always",
  ids: {},
  remediationSteps:
    "Choose a pair from docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html.",
  types,
  check: (task, report) => {
    const isFargate = report
      .each(task.get("requiresCompatibilities"))
      .some((launchType) => report.is(launchType, among("FARGATE")));
    const [cpu, memory] = [task.get("cpu"), task.get("memory")];
    if (!isFargate || !report.is(cpu, () => true)) return;
    const fault = (property: typeof memory) => fargateFault(cpu.text(), property.text());
    report.require(memory, (property) => fault(property) === "", fault(memory));
  },
});

export const taskDefinitionRules = [
  taskNetworkMode,
  taskPidMode,
  taskRolesDiffer,
  taskFargateSize,
] as const;
