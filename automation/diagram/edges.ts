import type { StackResource } from "../stackResources";
import { containersOf } from "./container";
import type { DiagramEdge, EdgeKind } from "./model";
import { containerId, type Drawn, taskType } from "./nodes";

/** Ids of nodes outside the stack. */
export const outsideIds = { clients: "clients", cloudtak: "cloudtak", mail: "mail" } as const;

/** A reference that is an edge: from the resource to what a property names, or the other way round. */
interface Reference {
  readonly type: string;
  readonly property: string;
  readonly to: string;
  readonly reversed?: true;
  readonly kind: EdgeKind;
  readonly label?: string;
}

const logGroup = "aws:cloudwatch/logGroup:LogGroup";
const repository = "aws:ecr/repository:Repository";
const balancer = "aws:lb/loadBalancer:LoadBalancer";
const listener = "aws:lb/listener:Listener";
const targets = "aws:lb/targetGroup:TargetGroup";
const topic = "aws:sns/topic:Topic";

const references: readonly Reference[] = [
  {
    type: listener,
    property: "loadBalancerArn",
    to: balancer,
    reversed: true,
    kind: "media",
  },
  { type: listener, property: "defaultActions", to: targets, kind: "media" },
  { type: balancer, property: "accessLogs", to: "aws:s3/bucket:Bucket", kind: "use" },
  { type: "aws:ec2/flowLog:FlowLog", property: "logDestination", to: logGroup, kind: "use" },
  { type: "aws:lambda/function:Function", property: "loggingConfig", to: logGroup, kind: "use" },
  { type: "docker-build:index:Image", property: "tags", to: repository, kind: "use" },
  {
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    property: "alarmActions",
    to: topic,
    kind: "use",
  },
];

/** What the edges are found in. */
export interface Scene {
  readonly resources: readonly StackResource[];
  /** The node of a resource, unless it is only counted; of a task definition that of its first container. */
  readonly nodeOf: (urn: string) => Drawn | undefined;
  /** Id of the group in which a resource is drawn. */
  readonly groupOf: (urn: string) => string | undefined;
}

/** All edges, each once, in order. */
export function edgesOf(scene: Scene): DiagramEdge[] {
  const edges = [
    ...referenceEdges(scene),
    ...certificateEdges(scene),
    ...routeEdges(scene),
    ...taskEdges(scene),
    ...outsideEdges(scene),
  ];
  const byText = new Map(
    edges.map((edge) => [`${edge.from} ${edge.to} ${edge.kind} ${edge.label}`, edge]),
  );
  return [...byText.keys()].sort().flatMap((key) => byText.get(key) ?? []);
}

const edge = (from: string, to: string, kind: EdgeKind, label = ""): DiagramEdge => ({
  from,
  to,
  kind,
  label,
});

const named = (scene: Scene, resource: StackResource, property: string, type: string) =>
  (resource.dependencies[property] ?? []).flatMap(
    (urn) => scene.resources.find((other) => other.urn === urn && other.type === type) ?? [],
  );

const ofType = ({ resources }: Scene, type: string) =>
  resources.filter((resource) => resource.type === type);

function referenceEdges(scene: Scene): DiagramEdge[] {
  return references.flatMap(({ type, property, to, reversed, kind, label }) =>
    ofType(scene, type).flatMap((resource) =>
      named(scene, resource, property, to).flatMap((other) => {
        const [from, into] = reversed ? [other, resource] : [resource, other];
        return join(scene, from, into, kind, label);
      }),
    ),
  );
}

function join(
  { nodeOf }: Scene,
  from: StackResource,
  to: StackResource,
  kind: EdgeKind,
  label?: string,
): DiagramEdge[] {
  const [start, end] = [nodeOf(from.urn), nodeOf(to.urn)];
  return start && end ? [edge(start.id, end.id, kind, label)] : [];
}

/** One edge for all listeners that show the certificate. */
const certificateEdges = (scene: Scene): DiagramEdge[] =>
  ofType(scene, listener).flatMap((resource) =>
    ["aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation"]
      .flatMap((type) => named(scene, resource, "certificateArn", type))
      .flatMap((found) =>
        found.type.endsWith(":Certificate")
          ? found
          : named(scene, found, "certificateArn", "aws:acm/certificate:Certificate"),
      )
      .flatMap((certificate) => {
        const [from, to] = [scene.nodeOf(certificate.urn), scene.groupOf(resource.urn)];
        return from && to ? [edge(from.id, to, "use", "TLS")] : [];
      }),
  );

/** From subnets to where their route tables lead. */
function routeEdges(scene: Scene): DiagramEdge[] {
  const gateways = [
    ["natGatewayId", "aws:ec2/natGateway:NatGateway"],
    ["gatewayId", "aws:ec2/internetGateway:InternetGateway"],
  ] as const;
  const tableOf = (resource: StackResource) => resource.dependencies.routeTableId?.[0];
  return ofType(scene, "aws:ec2/route:Route").flatMap((route) =>
    ofType(scene, "aws:ec2/routeTableAssociation:RouteTableAssociation")
      .filter((association) => tableOf(association) === tableOf(route))
      .flatMap((association) => named(scene, association, "subnetId", "aws:ec2/subnet:Subnet"))
      .flatMap((subnet) =>
        gateways.flatMap(([property, type]) =>
          named(scene, route, property, type).flatMap((to) => join(scene, subnet, to, "use")),
        ),
      ),
  );
}

/** Into, between and out of the containers of each service. */
function taskEdges(scene: Scene): DiagramEdge[] {
  return ofType(scene, "aws:ecs/service:Service").flatMap((service) =>
    named(scene, service, "taskDefinition", taskType).flatMap((task) => [
      ...named(scene, service, "loadBalancers", targets).flatMap((group) =>
        targetEdges(scene, group, service, task),
      ),
      ...loopbackEdges(task),
      ...usedByContainers(scene, task),
    ]),
  );
}

function targetEdges(
  scene: Scene,
  group: StackResource,
  service: StackResource,
  task: StackResource,
): DiagramEdge[] {
  const from = scene.nodeOf(group.urn);
  const targets = service.properties.loadBalancers as { containerName?: string }[] | undefined;
  const names = new Set((targets ?? []).map(({ containerName = "" }) => containerName));
  const into = containersOf(task).filter(({ name }) => names.has(name));
  const ids = into.length > 0 ? into.map(({ name }) => containerId(name)) : taskNode(scene, task);
  return from ? ids.map((id) => edge(from.id, id, "media")) : [];
}

const taskNode = ({ nodeOf }: Scene, { urn }: StackResource): string[] => {
  const node = nodeOf(urn);
  return node ? [node.id] : [];
};

/** One container knows another's ports by variables with its name: `MEDIAMTX_PORT_RTSP`. */
function loopbackEdges(task: StackResource): DiagramEdge[] {
  const containers = containersOf(task);
  return containers.flatMap(({ name, variables }) =>
    containers
      .filter((other) => other.name !== name)
      .filter((other) =>
        Object.keys(variables).some((key) => key.startsWith(`${other.name.toUpperCase()}_PORT_`)),
      )
      .map((other) => edge(containerId(name), containerId(other.name), "media", "loopback")),
  );
}

/** What the definition of a container names: the function it asks, its image, its log group. */
function usedByContainers(scene: Scene, task: StackResource): DiagramEdge[] {
  const users = ({ properties }: StackResource): string[] => {
    const identities = ["arn", "repositoryUrl", "name"]
      .map((key) => properties[key])
      .filter((value): value is string => typeof value === "string" && value !== "");
    const containers = containersOf(task).filter(({ text }) =>
      identities.some((identity) => text.includes(identity)),
    );
    return containers.length > 0
      ? containers.map(({ name }) => containerId(name))
      : taskNode(scene, task);
  };
  const use = (type: string, make: (used: Drawn, user: string) => DiagramEdge) =>
    named(scene, task, "containerDefinitions", type).flatMap((used) => {
      const drawn = scene.nodeOf(
        named(scene, used, "functionName", "aws:lambda/function:Function")[0]?.urn ?? used.urn,
      );
      return drawn ? users(used).map((user) => make(drawn, user)) : [];
    });
  return [
    ...use("aws:lambda/alias:Alias", (used, user) => edge(user, used.id, "decision", "may they?")),
    ...use(repository, (used, user) => edge(used.id, user, "use")),
    ...use(logGroup, (used, user) => edge(user, used.id, "use")),
  ];
}

function outsideEdges(scene: Scene): DiagramEdge[] {
  const { nodeOf } = scene;
  const idOf = ({ urn }: StackResource) => nodeOf(urn)?.id ?? "";
  const isPublic = ({ properties }: StackResource) => properties.internal !== true;
  const asksCloudtak = ({ properties }: StackResource) =>
    JSON.stringify(properties.environment ?? {}).includes("CLOUDTAK_URL");
  return [
    ...ofType(scene, balancer)
      .filter(isPublic)
      .map((resource) => edge(outsideIds.clients, idOf(resource), "media")),
    ...ofType(scene, "aws:lambda/function:Function")
      .filter(asksCloudtak)
      .map((resource) => edge(idOf(resource), outsideIds.cloudtak, "decision", "HTTPS")),
    ...ofType(scene, "aws:sns/topicSubscription:TopicSubscription").flatMap((subscription) =>
      named(scene, subscription, "topic", topic).map((resource) =>
        edge(idOf(resource), outsideIds.mail, "use"),
      ),
    ),
  ];
}
