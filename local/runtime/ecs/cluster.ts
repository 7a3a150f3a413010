import type { TaskPlan } from "../plan/types";
import { takenPorts } from "./ports";
import { Service, type ServiceState } from "./service";
import type { Host } from "./task";

/** The ECS services of a stack. */
export class Cluster {
  private readonly running = new Map<string, Service>();

  constructor(private readonly host: Host) {}

  get services(): readonly ServiceState[] {
    return [...this.running.values()].map(({ state }) => state);
  }

  /** What the services run, by the service's ARN. */
  get tasks(): ReadonlyMap<string, TaskPlan> {
    return new Map([...this.running.values()].map(({ plan }) => [plan.serviceArn, plan]));
  }

  /** The service of this ARN that runs here. */
  find(arn: string): Service | undefined {
    return [...this.running.values()].find(({ state }) => state.arn === arn);
  }

  /** Ports of planned services that other processes hold. */
  async takenPorts(tasks: readonly TaskPlan[]): Promise<string[]> {
    const added = tasks.filter((task) => !this.running.has(task.service));
    return (await Promise.all(added.map(takenPorts))).flat();
  }

  /**
   * Applies the planned services: a changed one is deployed again, an unchanged one keeps running.
   */
  async apply(tasks: readonly TaskPlan[]): Promise<void> {
    const planned = new Map(tasks.map((task) => [task.service, task]));
    await Promise.all(
      [...this.running].map(async ([name, service]) => {
        const task = planned.get(name);
        if (task) {
          if (service.isSame(task)) service.update(task);
          else await service.deploy(task);
          return;
        }
        this.running.delete(name);
        await service.stop("the service is gone");
      }),
    );
    for (const [name, task] of planned) {
      if (!this.running.has(name)) this.running.set(name, new Service(task, this.host));
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.running.values()].map((service) => service.stop("the local runtime is closing")),
    );
    this.running.clear();
  }
}
