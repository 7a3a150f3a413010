import type { Routes } from "../ec2/routes";
import type { Flow, SecurityGroups } from "../ec2/securityGroups";
import type { PlannedService } from "../ecs/planTasks";
import type { HealthCheckPlan, ListenerPlan, TargetGroupPlan } from "../plan/types";
import { type Entry, list, number, record, type State, text } from "../state";
import { planTls } from "./planTls";

/** Listeners that a client reaches and whose target group reaches a container. */
export function planListeners(
  state: State,
  securityGroups: SecurityGroups,
  routes: Routes,
  services: readonly PlannedService[],
  problems: string[],
): { listeners: ListenerPlan[]; groups: TargetGroupPlan[] } {
  const listeners: ListenerPlan[] = [];
  const groups = new Map<string, TargetGroupPlan>();
  for (const entry of state.all("aws:lb/listener:Listener")) {
    const protocol = entry.text("protocol");
    const port = entry.number("port") ?? 0;
    const title = `listener ${entry.name} (${protocol} ${port})`;
    const faults: string[] = [];
    const balancer = state.find("aws:lb/loadBalancer:LoadBalancer", "arn", balancerArn(entry));
    const group = state.find("aws:lb/targetGroup:TargetGroup", "arn", groupArn(entry));
    const transport = protocol === "UDP" ? "udp" : "tcp";
    if (!balancer) faults.push(`load balancer ${balancerArn(entry)} does not exist`);
    if (!group) faults.push(`it forwards to no target group (${groupArn(entry) || "none"})`);
    if (!["TLS", "TCP", "UDP"].includes(protocol)) {
      faults.push("only TLS, TCP and UDP listeners can be served here");
    }
    if (listeners.some((other) => transportOf(other) === transport && other.port === port)) {
      faults.push(`another listener has ${transport} ${port} on this machine`);
    }
    const tls = protocol === "TLS" ? planTls(state, entry) : undefined;
    if (typeof tls === "string") faults.push(tls);
    if (balancer) {
      faults.push(...frontFaults(securityGroups, routes, balancer, { protocol: transport, port }));
    }
    if (balancer && group) {
      const front = { protocol: transport, port } as const;
      const target = planTarget(securityGroups, routes, services, { balancer, group, front });
      if (Array.isArray(target)) faults.push(...target);
      else groups.set(target.arn, target);
    }
    if (faults.length > 0) {
      problems.push(...faults.map((fault) => `${title} stays closed: ${fault}`));
    } else {
      listeners.push({
        name: entry.name,
        protocol: protocol as ListenerPlan["protocol"],
        port,
        group: groupArn(entry),
        ...(typeof tls === "object" ? { tls } : {}),
        // An NLB forgets UDP flows after 120 s, TCP ones after 350 s unless the listener sets another timeout.
        idleTimeoutMs:
          (protocol === "UDP" ? 120 : (entry.number("tcpIdleTimeoutSeconds") ?? 350)) * 1000,
      });
    }
  }
  const used = new Set(listeners.map((listener) => listener.group));
  return { listeners, groups: [...groups.values()].filter((group) => used.has(group.arn)) };
}

const transportOf = (listener: ListenerPlan): Flow["protocol"] =>
  listener.protocol === "UDP" ? "udp" : "tcp";

const balancerArn = (listener: Entry): string => listener.text("loadBalancerArn");

function groupArn(listener: Entry): string {
  const action = listener.records("defaultActions").find(({ type }) => type === "forward");
  const [weighted] = list(record(action?.forward).targetGroups).map(record);
  return text(action?.targetGroupArn) || text(weighted?.arn);
}

function frontFaults(
  securityGroups: SecurityGroups,
  routes: Routes,
  balancer: Entry,
  flow: Flow,
): string[] {
  const groups = balancer.texts("securityGroups");
  // A client here has a loopback address, which no rule names: any address range stands for it.
  const admitted =
    groups.length === 0 ||
    securityGroups.admits("ingress", groups, flow, { groups: [], cidrs: undefined });
  return [
    ...(admitted
      ? []
      : [
          `${securityGroups.describe(groups)} of load balancer ${balancer.name} admits no client ` +
            `on ${flow.protocol} ${flow.port}; add an ingress rule`,
        ]),
    ...(balancer.flag("internal")
      ? []
      : balancerSubnets(balancer)
          .filter((subnet) => !routes.isPublic(subnet))
          .map(
            (subnet) =>
              `${routes.describe(subnet)} of internet-facing load balancer ${balancer.name} has ` +
              "no route to an internet gateway",
          )),
  ];
}

function balancerSubnets(balancer: Entry): string[] {
  const mapped = balancer.records("subnetMappings").map((mapping) => text(mapping.subnetId));
  return mapped.length > 0 ? mapped : balancer.texts("subnets");
}

/** The container port behind a group, or why the load balancer does not reach it. */
function planTarget(
  securityGroups: SecurityGroups,
  routes: Routes,
  services: readonly PlannedService[],
  { balancer, group, front }: { balancer: Entry; group: Entry; front: Flow },
): TargetGroupPlan | string[] {
  const arn = group.text("arn");
  const registered = services.flatMap((service) =>
    service.entry
      .records("loadBalancers")
      .filter((target) => text(target.targetGroupArn) === arn)
      .map((target) => ({ service, target })),
  )[0];
  if (!registered) return [`no running service is registered with target group ${group.name}`];
  const { service, target } = registered;
  const port = number(target.containerPort) ?? 0;
  const container = service.task.containers.find(({ name }) => name === text(target.containerName));
  const flow: Flow = { protocol: front.protocol, port };
  if (
    !container?.ports.some((mapping) => mapping.port === port && mapping.protocol === flow.protocol)
  ) {
    return [
      `container ${text(target.containerName)} of service ${service.task.service} has no port ` +
        `mapping ${flow.protocol} ${port}`,
    ];
  }
  // UDP groups always preserve the client's address, TCP groups with IP targets only when configured.
  const preserveClientIp = flow.protocol === "udp" || group.flag("preserveClientIp");
  const healthCheck = planHealthCheck(group, port);
  const own = balancer.texts("securityGroups");
  const nodes = routes.cidrs(balancerSubnets(balancer));
  const clients = own.length > 0 ? securityGroups.sources(own, front) : ["0.0.0.0/0"];
  const check: Flow = { protocol: "tcp", port: healthCheck.port };
  const faults = [
    { what: "port", flow, from: preserveClientIp ? clients : nodes },
    { what: "health port", flow: check, from: nodes },
  ].flatMap(({ what, flow, from }) => {
    const name = `${what} ${flow.protocol} ${flow.port}`;
    const { network } = service.task;
    const task = { groups: network.securityGroups, cidrs: routes.cidrs(network.subnets) };
    const leaves = own.length === 0 || securityGroups.admits("egress", own, flow, task);
    const enters = securityGroups.admits("ingress", network.securityGroups, flow, {
      groups: own,
      cidrs: from,
    });
    return [
      ...(leaves
        ? []
        : [
            `${securityGroups.describe(own)} of load balancer ${balancer.name} lets nothing out ` +
              `to the task's ${name}; add an egress rule`,
          ]),
      ...(enters
        ? []
        : [
            `${securityGroups.describe(network.securityGroups)} of service ` +
              `${service.task.service} does not admit the load balancer on ${name}; add an ` +
              "ingress rule",
          ]),
    ];
  });
  return faults.length > 0
    ? faults
    : {
        arn,
        name: group.name,
        protocol: flow.protocol === "udp" ? "UDP" : "TCP",
        port,
        preserveClientIp,
        healthCheck,
      };
}

/** An unset value is what ELBv2 sets for a network load balancer. */
function planHealthCheck(group: Entry, targetPort: number): HealthCheckPlan {
  const check = group.record("healthCheck");
  const port = text(check.port);
  return {
    protocol: text(check.protocol).toUpperCase() === "HTTP" ? "HTTP" : "TCP",
    port: port === "" || port === "traffic-port" ? targetPort : Number(port),
    path: text(check.path) || "/",
    matcher: text(check.matcher) || "200-399",
    intervalMs: (number(check.interval) ?? 30) * 1000,
    timeoutMs: (number(check.timeout) ?? 10) * 1000,
    healthyThreshold: number(check.healthyThreshold) ?? 3,
    unhealthyThreshold: number(check.unhealthyThreshold) ?? 3,
  };
}
