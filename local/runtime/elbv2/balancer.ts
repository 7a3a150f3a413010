import type { ServedListener, TargetGroupPlan } from "../plan/types";
import type { Report } from "../status";
import { TargetGroup } from "./targetGroup";
import { TcpListener } from "./tcpListener";
import { UdpListener } from "./udpListener";

/** A listener that is open on this machine. */
export interface OpenListener {
  readonly plan: ServedListener;
  /** The port it is bound to, which tests choose to differ from the plan's. */
  readonly boundPort: number;
}

interface Running extends OpenListener {
  readonly listener: TcpListener | UdpListener;
}

/** The listeners and target groups of all network load balancers of a stack. */
export class Balancer {
  private running = new Map<string, Running>();
  private readonly groups = new Map<string, TargetGroup>();

  constructor(
    private readonly portOf: (listener: ServedListener) => number,
    private readonly report: Report,
  ) {}

  get listeners(): readonly OpenListener[] {
    return [...this.running.values()].map(({ plan, boundPort }) => ({ plan, boundPort }));
  }

  /** True when there are target groups and the target of each is healthy. */
  get healthy(): boolean {
    return this.groups.size > 0 && [...this.groups.values()].every((group) => group.healthy);
  }

  group(arn: string): TargetGroup | undefined {
    return this.groups.get(arn);
  }

  /**
   * Opens the listeners that are new, unless one cannot be bound or something else is known to be in
   * the way. Resolves to all of these faults; with any, nothing has changed.
   */
  async open(plans: readonly ServedListener[], known: readonly string[]): Promise<string[]> {
    const opened = new Map<string, Running>();
    const faults = [...known];
    const added = plans.filter((listener) => !this.running.has(keyOf(listener)));
    for (const plan of added) {
      await this.closeOtherProtocol(plan);
      const listener = new (plan.protocol === "UDP" ? UdpListener : TcpListener)(plan, (arn) =>
        this.group(arn),
      );
      try {
        const boundPort = await listener.listen(this.portOf(plan));
        opened.set(keyOf(plan), { plan, boundPort, listener });
      } catch (error) {
        await listener.close();
        faults.push(`${describe(plan)}: ${(error as Error).message}`);
      }
    }
    if (faults.length > 0) {
      await Promise.all([...opened.values()].map(({ listener }) => listener.close()));
      return faults;
    }
    for (const [key, running] of opened) {
      this.running.set(key, running);
      this.report({
        event: "listening",
        name: running.plan.name,
        message: `${running.plan.protocol} on port ${running.boundPort}`,
      });
    }
    return [];
  }

  /** Makes groups and listeners as planned; connections of listeners that stay are not touched. */
  async apply(
    listeners: readonly ServedListener[],
    groups: readonly TargetGroupPlan[],
  ): Promise<void> {
    const keep = new Map(listeners.map((plan) => [keyOf(plan), plan]));
    for (const [key, running] of this.running) {
      const plan = keep.get(key);
      if (plan) {
        running.listener.update(plan);
        this.running.set(key, { ...running, plan });
      } else {
        await this.shut(key, running);
      }
    }
    const arns = new Set(groups.map((group) => group.arn));
    for (const [arn, group] of this.groups) {
      if (arns.has(arn)) continue;
      group.deregister();
      this.groups.delete(arn);
    }
    for (const plan of groups) {
      const group = this.groups.get(plan.arn);
      if (group) group.update(plan);
      else this.groups.set(plan.arn, new TargetGroup(plan, this.report));
    }
  }

  async close(): Promise<void> {
    await this.apply([], []);
  }

  /** A listener that changes between TLS and TCP keeps its port, so the old one has to go first. */
  private async closeOtherProtocol(plan: ServedListener): Promise<void> {
    const key = plan.protocol === "TLS" ? `TCP ${plan.port}` : `TLS ${plan.port}`;
    const running = plan.protocol === "UDP" ? undefined : this.running.get(key);
    if (running) await this.shut(key, running);
  }

  private async shut(key: string, running: Running): Promise<void> {
    this.running.delete(key);
    await running.listener.close();
    const message = `port ${running.boundPort} is closed`;
    this.report({ event: "closed", name: running.plan.name, message });
  }
}

const keyOf = (listener: ServedListener): string => `${listener.protocol} ${listener.port}`;

const describe = (listener: ServedListener): string =>
  `listener ${listener.name} (${listener.protocol} ${listener.port})`;
