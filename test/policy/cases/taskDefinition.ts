import { type CaseTable, on, unknown } from "./case";

const task = "aws:ecs/taskDefinition:TaskDefinition";
const size = (cpu: unknown, memory: unknown) => ({ cpu, memory });

export const taskDefinition: CaseTable = {
  "task-network-mode": on(
    task,
    {},
    {
      good: [{ networkMode: "awsvpc" }],
      bad: [{}, { networkMode: "host" }],
      nearBad: [{ networkMode: "bridge" }, { networkMode: "none" }],
      unknown: [{ networkMode: unknown.string }],
    },
  ),
  "task-pid-mode": on(
    task,
    {},
    {
      good: [{}, { pidMode: "task" }],
      bad: [{ pidMode: "host" }],
      nearBad: [{ pidMode: "HOST" }],
      unknown: [{ pidMode: unknown.string }],
    },
  ),
  "task-roles-differ": on(
    task,
    {},
    {
      good: [{ taskRoleArn: "a", executionRoleArn: "b" }, { executionRoleArn: "b" }, {}],
      bad: [{ taskRoleArn: "a", executionRoleArn: "a" }],
      nearGood: [{ taskRoleArn: "a", executionRoleArn: "A" }, { taskRoleArn: "a" }],
      unknown: [
        { taskRoleArn: unknown.string, executionRoleArn: "a" },
        { taskRoleArn: "a", executionRoleArn: unknown.string },
      ],
    },
  ),
  "task-fargate-size": on(
    task,
    { requiresCompatibilities: ["FARGATE"] },
    {
      good: [
        size("256", "512"),
        size("1024", "2048"),
        size(16384, 122880),
        size(".5 vCPU", "1 GB"),
      ],
      bad: [size("256", "4096"), size("100", "512"), {}],
      nearGood: [
        size("512", "4096"),
        { ...size("1", "2"), requiresCompatibilities: ["EC2"] },
        size("8192", "20480"),
      ],
      nearBad: [
        { ...size("512", "5120"), requiresCompatibilities: ["EC2", "FARGATE"] },
        size("512", "5120"),
        size("512", "512"),
        size("8192", "17408"),
        size("256", "513"),
        size("toString", "512"),
        size("1 vCPU", "1 GB"),
        size("256", undefined),
      ],
      unknown: [size("256", unknown.string), size(unknown.string, "512")],
    },
  ),
};
