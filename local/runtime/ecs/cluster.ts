import type { TaskPlan } from "../plan/types";
import { takenPorts } from "./ports";
import { Service } from "./service";
import type { Host } from "./task";

/** The ECS services of a stack. */
export class Cluster {
  private readonly services = new Map<string, Service>();

  constructor(private readonly host: Host) {}

  /** Ports that services which do not run yet would find taken. */
  async takenPorts(tasks: readonly TaskPlan[]): Promise<string[]> {
    const added = tasks.filter((task) => !this.services.has(task.service));
    return (await Promise.all(added.map(takenPorts))).flat();
  }

  /**
   * Makes services as planned. A changed one is deployed anew, an unchanged one goes on.
   */
  async apply(tasks: readonly TaskPlan[]): Promise<void> {
    const planned = new Map(tasks.map((task) => [task.service, task]));
    await Promise.all(
      [...this.services].map(async ([name, service]) => {
        const task = planned.get(name);
        if (task) {
          if (service.isSame(task)) service.update(task);
          else await service.deploy(task);
          return;
        }
        this.services.delete(name);
        await service.stop("the service is gone");
      }),
    );
    for (const [name, task] of planned) {
      if (!this.services.has(name)) this.services.set(name, new Service(task, this.host));
    }
  }

  async close(): Promise<void> {
    await Promise.all(
      [...this.services.values()].map((service) => service.stop("the local runtime is closing")),
    );
    this.services.clear();
  }
}
