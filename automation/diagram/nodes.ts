import { protocols, publicPorts } from "../../shared/protocols";
import type { StackResource } from "../stackResources";
import { containersOf } from "./container";
import type { DiagramNode, NodeKind } from "./model";

/** A node with the resources that it stands for: like ones of one component share a node. */
export interface Drawn extends DiagramNode {
  readonly urns: readonly string[];
}

interface Drawing {
  readonly kind: NodeKind;
  /** Says the same of all resources that share a node. */
  readonly heading: (resource: StackResource) => string;
  /** One line for each resource. */
  readonly line: (resource: StackResource) => string;
}

type Text = (resource: StackResource) => string;

const text =
  (key: string): Text =>
  ({ properties }) =>
    properties[key] === undefined ? "" : String(properties[key]);
const name: Text = (resource) => resource.name;
const nothing: Text = () => "";
const say =
  (words: string): Text =>
  () =>
    words;

/** `rtmps 1936`, from the table of protocols; a port that is not in it has its number alone. */
const listenerHeading: Text = ({ properties }) => {
  const port = Number(properties.port);
  const known = publicPorts(true).find((row) => row.public.port === port);
  return [known?.public.scheme, port].filter(Boolean).join(" ");
};

const targetHeading: Text = ({ name }) => {
  const known = protocols.find(({ key }) => name.endsWith(`-${key}`));
  return `${known?.key ?? name} targets`;
};

const portAndProtocol: Text = ({ properties }) => `${properties.protocol} ${properties.port}`;

const subnetHeading: Text = ({ properties }) =>
  properties.mapPublicIpOnLaunch === true ? "Public subnets" : "Private subnets";

const days: Text = ({ properties }) =>
  properties.retentionInDays ? `kept for ${properties.retentionInDays} days` : "kept for ever";

const cidrBlock = text("cidrBlock");

/** By type; what is not here is counted in its component. */
const drawings: Readonly<Record<string, Drawing>> = {
  "aws:lb/loadBalancer:LoadBalancer": {
    kind: "network",
    heading: ({ properties }) =>
      properties.loadBalancerType === "network" ? "Network Load Balancer" : "Load balancer",
    line: ({ properties }) => (properties.internal === true ? "internal" : "public"),
  },
  "aws:lb/listener:Listener": {
    kind: "network",
    heading: listenerHeading,
    line: ({ properties }) => String(properties.protocol),
  },
  "aws:lb/targetGroup:TargetGroup": {
    kind: "network",
    heading: targetHeading,
    line: portAndProtocol,
  },
  "aws:acm/certificate:Certificate": {
    kind: "store",
    heading: say("ACM certificate"),
    line: ({ properties }) => (properties.certificateBody ? "self-signed" : "issued by ACM"),
  },
  "aws:lambda/function:Function": {
    kind: "program",
    heading: say("Lambda function"),
    line: text("runtime"),
  },
  "aws:cloudwatch/logGroup:LogGroup": { kind: "store", heading: say("Log group"), line: days },
  "aws:s3/bucket:Bucket": { kind: "store", heading: say("S3 bucket"), line: say("access logs") },
  "aws:ecr/repository:Repository": {
    kind: "store",
    heading: say("ECR repository"),
    line: nothing,
  },
  "docker-build:index:Image": {
    kind: "store",
    heading: imageHeading,
    line: ({ properties }) => String(properties.platforms ?? ""),
  },
  "aws:ec2/subnet:Subnet": { kind: "network", heading: subnetHeading, line: cidrBlock },
  "aws:ec2/natGateway:NatGateway": {
    kind: "network",
    heading: say("NAT gateway"),
    line: nothing,
  },
  "aws:ec2/internetGateway:InternetGateway": {
    kind: "network",
    heading: say("Internet gateway"),
    line: nothing,
  },
  "aws:ec2/flowLog:FlowLog": { kind: "signal", heading: say("Flow log"), line: nothing },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    kind: "signal",
    heading: say("Alarms"),
    line: name,
  },
  "aws:sns/topic:Topic": { kind: "signal", heading: say("SNS topic"), line: nothing },
};

/** The copy of MediaMTX's image is built with its version. */
function imageHeading({ properties }: StackResource): string {
  const { MEDIAMTX_VERSION: version } = (properties.buildArgs ?? {}) as Record<string, string>;
  return version === undefined ? "Gateway image" : `MediaMTX image ${version}`;
}

/** Whether a resource has a node; the others are counted. */
export const isDrawn = ({ type }: StackResource): boolean =>
  type === taskType || Object.hasOwn(drawings, type);

/** Nodes for the resources of one component; a task definition becomes its containers. */
export function nodesOf(resources: readonly StackResource[]): Drawn[] {
  const nodes = new Map<string, Drawn>();
  for (const resource of resources) {
    const drawing = drawings[resource.type];
    if (resource.type === taskType) {
      for (const node of containerNodes(resource)) nodes.set(node.id, node);
    } else if (drawing) {
      const heading = drawing.heading(resource);
      const key = `${resource.type} ${resource.type === subnetType ? heading : ""}`;
      const shared = isShared(resource.type) ? nodes.get(key) : undefined;
      nodes.set(isShared(resource.type) ? key : resource.urn, {
        id: shared?.id ?? nodeId(resource.type, resource.name),
        kind: drawing.kind,
        lines: [heading, ...(shared?.lines.slice(1) ?? []), drawing.line(resource)].filter(Boolean),
        urns: [...(shared?.urns ?? []), resource.urn],
      });
    }
  }
  return [...nodes.values()];
}

export const taskType = "aws:ecs/taskDefinition:TaskDefinition";
const subnetType = "aws:ec2/subnet:Subnet";

const isShared = (type: string): boolean =>
  [subnetType, "aws:ec2/natGateway:NatGateway", "aws:cloudwatch/metricAlarm:MetricAlarm"].includes(
    type,
  );

function containerNodes(task: StackResource): Drawn[] {
  const containers = containersOf(task);
  if (containers.length === 0) {
    const lines = ["Fargate task", taskSize(task)];
    return [{ id: nodeId(task.type, task.name), kind: "program", lines, urns: [task.urn] }];
  }
  return containers.map(({ name, image }) => ({
    id: containerId(name),
    kind: "program",
    // Registry and digest are long and differ from deployment to deployment.
    lines: [name, image.includes("@") ? "" : image].filter(Boolean),
    urns: [task.urn],
  }));
}

export const taskSize = ({ properties: { cpu, memory } }: StackResource): string =>
  `${Number(cpu) / 1024} vCPU, ${Number(memory) / 1024} GB`;

export const containerId = (name: string): string => nodeId("container", name);

export const nodeId = (type: string, name: string): string =>
  `${type.slice(type.lastIndexOf(":") + 1)}_${name}`.replace(/[^A-Za-z0-9]+/g, "_");
