import assert from "node:assert/strict";
import * as fc from "fast-check";
import { estimate, RegionError } from "../../automation/cost/estimate";
import { comparison, costReport } from "../../automation/cost/report";
import { aws } from "../../local/providers/aws";
import { dockerBuild } from "../../local/providers/dockerBuild";
import { tls } from "../../local/providers/tls";
import { formulas } from "../../policy/pricing/formulas";
import { freeTypes } from "../../policy/pricing/free";
import { defaultUsage, noUsage, type Usage } from "../../policy/pricing/usage";
import { component, resource, stackOf } from "./resources";

const balancer = resource("nlb", "aws:lb/loadBalancer:LoadBalancer", {
  loadBalancerType: "network",
  subnets: ["subnet-1", "subnet-2"],
});
const nat = (name: string) => resource(name, "aws:ec2/natGateway:NatGateway");
const eip = resource("address", "aws:ec2/eip:Eip");
const logs = resource("logs", "aws:cloudwatch/logGroup:LogGroup", { retentionInDays: 365 });
const handler = resource("auth", "aws:lambda/function:Function", {
  architectures: ["arm64"],
  memorySize: 512,
});
const task = (cpuArchitecture = "ARM64") =>
  resource("task", "aws:ecs/taskDefinition:TaskDefinition", {
    arn: "arn:task",
    cpu: "1024",
    memory: "2048",
    runtimePlatform: { cpuArchitecture },
  });
const service = (properties: object = {}) =>
  resource("service", "aws:ecs/service:Service", {
    launchType: "FARGATE",
    desiredCount: 1,
    taskDefinition: "arn:task",
    ...properties,
  });
const system = [balancer, nat("nat"), eip, logs, handler, task(), service()];

const rowsOf = (resources: typeof system, traffic: Partial<Usage> = noUsage, region?: string) =>
  estimate(stackOf(resources, "us-east-1"), { traffic, region });
const usdOf = (resources: typeof system, traffic: Partial<Usage> = noUsage, region?: string) =>
  rowsOf(resources, traffic, region).rows.map(({ what, usd }) => [what, usd]);

describe("the cost estimate", () => {
  it("prices a network load balancer with an address in each zone", () => {
    assert.deepEqual(usdOf([balancer]), [
      ["load balancer", 16.43],
      ["2 public IPv4", 7.3],
    ]);
  });

  it("charges 4 Mbit/s for an hour at 1.1 cents to publish and, in us-east-1, 17.3 to watch", () => {
    const traffic = { ...noUsage, megabitsPerSecond: 4, hoursPerDay: (1000 * 24) / 730 };
    const hourUsd = (clients: Partial<Usage>, region: string) => {
      const { totalUsd, idleUsd } = rowsOf([balancer], { ...traffic, ...clients }, region);
      return ((totalUsd - idleUsd) / 1000).toFixed(3);
    };
    assert.equal(hourUsd({ publishers: 1 }, "us-east-1"), "0.011");
    assert.equal(hourUsd({ viewers: 1 }, "us-east-1"), "0.173");
    assert.equal(hourUsd({ viewers: 1 }, "ap-southeast-2"), "0.216");
  });

  it("prices a Fargate task by its size, its tasks, its architecture and its address", () => {
    assert.equal(rowsOf([task(), service()]).totalUsd, 28.84);
    assert.equal(rowsOf([task(), service({ desiredCount: 3 })]).totalUsd, 86.5);
    assert.equal(rowsOf([task("X86_64"), service()]).totalUsd, 36.05);
    const networkConfiguration = { assignPublicIp: true };
    assert.equal(rowsOf([task(), service({ networkConfiguration })]).totalUsd, 32.49);
  });

  it("prices the rest by the hour or the piece", () => {
    assert.deepEqual(usdOf([nat("a"), eip]), [
      ["NAT gateway", 32.85],
      ["public IPv4", 3.65],
    ]);
    for (const [type, usd] of [
      ["aws:kms/key:Key", 1],
      ["aws:secretsmanager/secret:Secret", 0.4],
      ["aws:cloudwatch/metricAlarm:MetricAlarm", 0.1],
      ["aws:cloudwatch/dashboard:Dashboard", 3],
    ] as const) {
      assert.equal(rowsOf([resource("it", type)]).totalUsd, usd, type);
    }
  });

  it("counts logs as they are kept, and data through NAT gateways once", () => {
    assert.deepEqual(usdOf([logs], { ...noUsage, logGigabytes: 10 }), [
      ["ingestion", 5],
      ["kept for 365 days", 3.6],
    ]);
    const data = usdOf([nat("a"), nat("b")], { ...noUsage, natGigabytes: 100 });
    assert.deepEqual(
      data.filter(([what]) => what === "data"),
      [
        ["data", 2.25],
        ["data", 2.25],
      ],
    );
  });

  it("names what it cannot estimate", () => {
    const stack = [
      service({ taskDefinition: "arn:elsewhere" }),
      resource("cluster", "aws:ecs/cluster:Cluster", {
        settings: [{ name: "containerInsights", value: "enabled" }],
      }),
      resource("table", "aws:dynamodb/table:Table"),
    ];
    const { rows, notEstimated } = rowsOf(stack);
    assert.deepEqual(rows, []);
    assert.deepEqual(
      notEstimated.map(({ name, reason }) => `${name}: ${reason}`),
      [
        "cluster: Container Insights, charged by metric",
        "service: the size of its task is not known",
        "table: no formula for aws:dynamodb/table:Table",
      ],
    );
  });

  it("leaves components out", () => {
    const { rows, notEstimated } = rowsOf([component("network"), eip]);
    assert.deepEqual([rows.length, notEstimated], [1, []]);
  });

  it("knows every type that the program can use, as charged or as free and never as both", () => {
    const types = [aws, tls, dockerBuild].flatMap(({ types }) => Object.keys(types));
    const unknown = types.filter((type) => !formulas.has(type) && !freeTypes.has(type));
    assert.deepEqual(unknown, []);
    assert.deepEqual(
      [...formulas.keys()].filter((type) => freeTypes.has(type)),
      [],
    );
  });

  it("refuses a region without prices, and none", () => {
    const of = (region?: string) => () => estimate(stackOf(system, region));
    assert.throws(of("eu-west-1"), (error) => {
      assert(error instanceof RegionError);
      assert.match(error.message, /"eu-west-1"; prices are known for us-east-1 and ap-southeast-2/);
      return true;
    });
    assert.throws(of(undefined), /region of stack "test" is not known/);
    assert.throws(of("toString"), RegionError);
  });

  const amounts = fc.record({
    publishers: fc.nat(100),
    viewers: fc.nat(1000),
    megabitsPerSecond: fc.double({ min: 0, max: 50, noNaN: true }),
    hoursPerDay: fc.double({ min: 0, max: 24, noNaN: true }),
    logGigabytes: fc.double({ min: 0, max: 100, noNaN: true }),
    natGigabytes: fc.double({ min: 0, max: 100, noNaN: true }),
  });
  const keys = Object.keys(defaultUsage) as (keyof Usage)[];

  it("never costs less with more of anything, and never less than an idle stack", () => {
    fc.assert(
      fc.property(amounts, fc.constantFrom(...keys), fc.nat(20), (traffic, key, more) => {
        const less = rowsOf(system, traffic);
        const greater = rowsOf(system, { ...traffic, [key]: traffic[key] + more });
        assert(greater.totalUsd >= less.totalUsd);
        assert(less.totalUsd >= less.idleUsd);
        assert.equal(less.idleUsd, rowsOf(system).totalUsd);
      }),
    );
  });

  it("is the sum of its rows to the cent, in whatever order the engine tells the resources", () => {
    const shuffled = fc.shuffledSubarray(system, { minLength: system.length });
    fc.assert(
      fc.property(amounts, shuffled, (traffic, resources) => {
        const { rows, totalUsd } = rowsOf(resources, traffic);
        const cents = rows.reduce((sum, { usd }) => sum + Math.round(usd * 100), 0);
        assert.equal(Math.round(totalUsd * 100), cents);
        assert.deepEqual(rows, rowsOf(system, traffic).rows);
      }),
    );
  });
});

describe("the cost report", () => {
  const report = (region: string) =>
    costReport("test", estimate(stackOf([...system, resource("x", "aws:x/y:Y")], region)));

  it("states total, assumptions, rows, what is left out, and where the prices are from", () => {
    const text = report("us-east-1");
    assert.match(text, /^Stack test in us-east-1: \d+\.\d\d US dollars a month, \d+\.\d\d while/);
    assert.match(
      text,
      /Assumed: 4 streams published and 10 watched at a time, 4 Mbit\/s each, 2 h/,
    );
    assert.match(text, /^nlb +out to viewers +1,095 +GB +0\.09 +98\.55$/m);
    assert.match(text, /^total +\d+\.\d\d$/m);
    assert.match(text, /Not estimated:\n- x: no formula for aws:x\/y:Y\n/);
    assert.match(text, /Not counted:\n- traffic between zones/);
    assert.match(text, /Prices of 20\d\d-\d\d-\d\d: AWS list prices/);
  });

  it("marks prices that were not read anywhere", () => {
    assert.match(report("ap-southeast-2"), / ~0\.0252 [\s\S]*\n~ a price that/);
    assert.doesNotMatch(report("us-east-1"), /~/);
  });

  it("compares stacks by resource", () => {
    const estimates = new Map([
      ["small", rowsOf([eip])],
      ["large", rowsOf([eip, nat("nat")])],
    ]);
    assert.deepEqual(comparison(estimates).split("\n"), [
      "resource  small  large",
      "nat           -  32.85",
      "address    3.65   3.65",
      "total      3.65  36.50",
    ]);
  });
});
