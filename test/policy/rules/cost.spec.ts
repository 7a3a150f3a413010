import assert from "node:assert/strict";
import type { Environment } from "../../../policy/kit/environment";
import { inspectStack } from "../../../policy/kit/evaluate";
import type { Rule } from "../../../policy/kit/rule";
import { monthlyCost } from "../../../policy/rules/cost";
import { analyzer } from "../analyzer";
import { type Resource, resource, unknown } from "../cases/case";

const balancer = resource("lb", "aws:lb/loadBalancer:LoadBalancer", { subnets: ["a", "b"] });
const nat = (name: string) => [
  resource(name, "aws:ec2/natGateway:NatGateway", {}),
  resource(`${name}-address`, "aws:ec2/eip:Eip", {}),
];
const task = (cpu: string, memory: string, taskDefinition: unknown = "media") => [
  resource("task", "aws:ecs/taskDefinition:TaskDefinition", {
    family: "media",
    cpu,
    memory,
    runtimePlatform: { cpuArchitecture: "ARM64" },
  }),
  resource(
    "service",
    "aws:ecs/service:Service",
    { launchType: "FARGATE", desiredCount: 1, taskDefinition },
    { taskDefinition: ["task"] },
  ),
];

const ask = (stack: Resource[], environment: Environment = "development") =>
  analyzer([monthlyCost as Rule], environment).subject(stack);

describe("monthly-cost", () => {
  it("says what a development stack costs once it costs more than 100 dollars", async () => {
    const [found] = await ask([balancer, ...nat("a"), ...nat("b"), ...task("1024", "2048")]);
    assert.equal(found?.level, "advisory");
    assert.match(found?.message ?? "", /costs about 126 US dollars a month before traffic/);
    assert.match(found?.message ?? "", /at the prices of us-east-1, more than 100/);
  });

  it("knows the task of a service, and the zones of a load balancer, before they exist", async () => {
    const planned = resource(
      "lb",
      balancer.type,
      { loadBalancerType: "network", subnets: unknown.array },
      { subnets: ["a", "b"] },
    );
    const subnets = ["a", "b"].map((name) => resource(name, "aws:ec2/subnet:Subnet", {}));
    const stack = [planned, ...subnets, ...nat("c"), ...nat("d")];
    const [found] = await ask([...stack, ...task("1024", "2048", unknown.string)]);
    assert.match(found?.message ?? "", /costs about 126 US dollars/);
  });

  it("counts interface endpoints, and gateway endpoints not", async () => {
    const endpoint = (vpcEndpointType: string) =>
      resource("endpoint", "aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType });
    const dear = [balancer, ...nat("a"), ...task("512", "2048")];
    assert.deepEqual(await ask([...dear, ...Array(4).fill(endpoint("Gateway"))]), []);
    assert.equal((await ask([...dear, ...Array(4).fill(endpoint("Interface"))])).length, 1);
  });

  it("is silent below, and in production", async () => {
    assert.deepEqual(await ask([balancer, ...nat("a"), ...task("256", "512")]), []);
    const stack = [balancer, ...["a", "b", "c"].flatMap(nat), ...task("16384", "32768")];
    assert.deepEqual(await ask(stack, "production"), []);
  });

  it("takes another amount from the configuration", () => {
    const stack = { resources: [], stackTags: new Map() } as never;
    const found = (maximumUsd: number) =>
      inspectStack(monthlyCost as never, stack, "development", { maximumUsd }).violations.length;
    assert.deepEqual([found(-1), found(0)], [1, 0]);
  });
});
