import assert from "node:assert/strict";
import type { Environment } from "../../policy/kit/environment";
import { inspectStack } from "../../policy/kit/evaluate";
import type { Rule } from "../../policy/kit/rule";
import { monthlyCost } from "../../policy/rules/cost";
import { analyzer } from "./analyzer";
import { resource } from "./cases/case";

const balancer = resource("lb", "aws:lb/loadBalancer:LoadBalancer", { subnets: ["a", "b"] });
const nat = (name: string) => resource(name, "aws:ec2/natGateway:NatGateway", {});
const task = (cpu: string, memory: string) =>
  resource("task", "aws:ecs/taskDefinition:TaskDefinition", { cpu, memory });

const ask = (stack: ReturnType<typeof nat>[], environment: Environment = "development") =>
  analyzer([monthlyCost as Rule], environment).subject(stack);

describe("monthly-cost", () => {
  it("says what a development stack costs once it costs more than 100 dollars", async () => {
    const [found] = await ask([balancer, nat("a"), nat("b"), task("1024", "2048")]);
    assert.equal(found?.level, "advisory");
    assert.match(found?.message ?? "", /costs about 126 US dollars a month before traffic/);
  });

  it("counts interface endpoints, and gateway endpoints not", async () => {
    const endpoint = (vpcEndpointType: string) =>
      resource("endpoint", "aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType });
    const dear = [balancer, nat("a"), task("512", "2048")];
    assert.deepEqual(await ask([...dear, ...Array(4).fill(endpoint("Gateway"))]), []);
    assert.equal((await ask([...dear, ...Array(4).fill(endpoint("Interface"))])).length, 1);
  });

  it("is silent below, and in production", async () => {
    assert.deepEqual(await ask([balancer, nat("a"), task("256", "512")]), []);
    const stack = [balancer, nat("a"), nat("b"), nat("c"), task("16384", "32768")];
    assert.deepEqual(await ask(stack, "production"), []);
  });

  it("takes another amount from the configuration", () => {
    const stack = { resources: [], stackTags: new Map() } as never;
    const found = (maximumUsd: number) =>
      inspectStack(monthlyCost as never, stack, "development", { maximumUsd }).violations.length;
    assert.deepEqual([found(-1), found(0)], [1, 0]);
  });
});
