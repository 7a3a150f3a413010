import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diagramOf } from "../../automation/diagram/diagram";
import { toDot } from "../../automation/diagram/dot";
import { toMermaid } from "../../automation/diagram/mermaid";
import type { DiagramGroup } from "../../automation/diagram/model";
import { toSvg } from "../../automation/diagram/svg";
import type { StackResource } from "../../automation/stackResources";
import { component, resource, stackOf } from "./resources";

const containers = [
  {
    name: "gateway",
    image: "registry/gateway@sha256:0123",
    environment: [
      { name: "MEDIAMTX_PORT_RTSP", value: "28554" },
      { name: "AUTH_FUNCTION_ARN", value: "arn:auth:live" },
    ],
  },
  { name: "mediamtx", image: "bluenviron/mediamtx:1.20.1" },
];

/** The way of media through a stack with one listener. */
function system(containerDefinitions: string = JSON.stringify(containers)): StackResource[] {
  const balancing = component("load-balancer", "LoadBalancer");
  const media = component("media", "MediaService");
  const firewall = component("firewall", "TaskSecurityGroup", media.urn);
  const type = {
    balancer: "aws:lb/loadBalancer:LoadBalancer",
    listener: "aws:lb/listener:Listener",
    targets: "aws:lb/targetGroup:TargetGroup",
    function: "aws:lambda/function:Function",
  };
  const nlb = resource("nlb", type.balancer, { loadBalancerType: "network" }, balancing.urn);
  const targets = { protocol: "TCP", port: 18554 };
  const rtsp = resource("listeners-rtsp", type.targets, targets, balancing.urn);
  const listener = resource(
    "listeners-rtsp",
    type.listener,
    { protocol: "TLS", port: 8555 },
    balancing.urn,
    { loadBalancerArn: [nlb], defaultActions: [rtsp] },
  );
  const environment = { variables: { CLOUDTAK_URL: "https://cloudtak.example.org" } };
  const auth = resource("auth", type.function, { runtime: "nodejs24.x", environment });
  const alias = resource("alias", "aws:lambda/alias:Alias", { arn: "arn:auth:live" }, undefined, {
    functionName: [auth],
  });
  const task = resource(
    "task",
    "aws:ecs/taskDefinition:TaskDefinition",
    { cpu: "256", memory: "512", containerDefinitions },
    media.urn,
    { containerDefinitions: [alias] },
  );
  const service = resource(
    "service",
    "aws:ecs/service:Service",
    { loadBalancers: [{ containerName: "gateway" }] },
    media.urn,
    { taskDefinition: [task], loadBalancers: [rtsp] },
  );
  const rules = ["a", "b"].map((name) =>
    resource(name, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {}, firewall.urn),
  );
  return [balancing, media, firewall, nlb, rtsp, listener, auth, alias, task, service, ...rules];
}

const edges = (resources: StackResource[]) =>
  diagramOf(stackOf(resources)).edges.map(({ from, to, kind }) => `${from} ${kind} ${to}`);

describe("the diagram of a stack", () => {
  it("shows the way of media from the client to MediaMTX, and of decisions to CloudTAK", () => {
    assert.deepEqual(
      edges(system()),
      [
        "Function_auth decision cloudtak",
        "LoadBalancer_nlb media Listener_listeners_rtsp",
        "Listener_listeners_rtsp media TargetGroup_listeners_rtsp",
        "TargetGroup_listeners_rtsp media container_gateway",
        "clients media LoadBalancer_nlb",
        "container_gateway decision Function_auth",
        "container_gateway media container_mediamtx",
      ].sort(),
    );
  });

  it("shows the task as one where its containers are not known yet", () => {
    const found = edges(system("04da6b54-80e4-46f7-96ec-b56ff0331ba9"));
    assert(found.includes("TargetGroup_listeners_rtsp media TaskDefinition_task"));
    assert(found.includes("TaskDefinition_task decision Function_auth"));
  });

  it("groups by component, and counts in a group what has no node", () => {
    const { groups, nodes } = diagramOf(stackOf(system()));
    assert.deepEqual(
      groups.map(({ title, lines }) => [title, ...lines]),
      [
        ["Load balancer"],
        ["Media service", "0.25 vCPU, 0.5 GB", "+ 1 service,", "2 security group ingress rules"],
      ],
    );
    assert.deepEqual(
      nodes.map(({ lines }) => lines),
      [["Lambda function", "nodejs24.x"]],
    );
  });

  it("names listeners and targets as the table of protocols does", () => {
    const text = toMermaid(diagramOf(stackOf(system())));
    assert.match(text, /Listener_listeners_rtsp\["rtsps 8555<br\/>TLS"\]/);
    assert.match(text, /TargetGroup_listeners_rtsp\["rtsp targets<br\/>TCP 18554"\]/);
    assert.match(text, /subgraph MediaService_media\["Media service"\]\n {2}\w+_more\["0.25 vCPU/);
    assert.match(text, /container_gateway ==>\|"loopback"\| container_mediamtx/);
  });

  it("is the same in whatever order the engine tells the resources", () => {
    const all = system();
    const expected = toDot(diagramOf(stackOf(all)));
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        assert.equal(toDot(diagramOf(stackOf(shuffled))), expected);
      }),
    );
  });

  it("joins nodes and groups that it has, with whatever resources are missing", () => {
    fc.assert(
      fc.property(fc.subarray(system()), (some) => {
        const diagram = diagramOf(stackOf(some));
        const ids = new Set([
          ...diagram.outside.map(({ id }) => id),
          ...diagram.nodes.map(({ id }) => id),
          ...diagram.groups.flatMap(idsIn),
        ]);
        for (const { from, to } of diagram.edges) assert(ids.has(from) && ids.has(to));
      }),
    );
  });

  it("becomes an SVG whatever the names hold", async () => {
    const hostile = `a"]<b>&\\n`;
    const svg = await toSvg(
      diagramOf({
        ...stackOf([
          ...system(JSON.stringify([{ ...containers[0], name: hostile, image: hostile }])),
          resource("alarm", "aws:cloudwatch/metricAlarm:MetricAlarm"),
        ]),
        region: hostile,
      }),
    );
    assert.match(svg, /a&quot;]&lt;b&gt;&amp;/);
    assert.match(svg, /<\/svg>\s*$/);
  });
});

const idsIn = ({ id, nodes, groups }: DiagramGroup): string[] => [
  id,
  ...nodes.map((node) => node.id),
  ...groups.flatMap(idsIn),
];
