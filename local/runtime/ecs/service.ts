import type { TaskPlan } from "../plan/types";
import { type Host, Task } from "./task";

/** A task that ended sooner than this has failed to start. */
const steadyMs = 10_000;

/** Wait after the second, third, ... failed start in a row; the first is repeated at once. */
const backoffMs = (failures: number): number =>
  failures < 2 ? 0 : Math.min(30_000, 1000 * 2 ** (failures - 2));

/** An ECS service with one task: when it stops, the next one starts. */
export class Service {
  private task: Task | undefined;
  private stopped = false;
  private wake: () => void = () => {};
  private finished: Promise<void> = Promise.resolve();

  constructor(
    private plan: TaskPlan,
    private readonly host: Host,
  ) {
    this.finished = this.keepRunning();
  }

  /** True when the plan asks for the same task, which may then go on running. */
  isSame(plan: TaskPlan): boolean {
    return sameTask(plan, this.plan);
  }

  /** A new plan for the same task: what kept it from starting may be gone. */
  update(plan: TaskPlan): void {
    this.plan = plan;
    this.task?.registerTargets();
    this.wake();
  }

  async stop(reason: string): Promise<void> {
    this.stopped = true;
    this.task?.stop(reason);
    this.wake();
    await this.finished;
  }

  private async keepRunning(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      if (this.plan.startFaults.length > 0) {
        // The plan's problems have said why; only another deployment can help.
        await this.pause();
        continue;
      }
      const startedAtMs = Date.now();
      this.report("starting", this.plan.taskDefinitionArn.split("/").at(-1) ?? "");
      this.task = new Task(this.plan, this.host);
      const reason = await this.task.run();
      this.task = undefined;
      failures = Date.now() - startedAtMs < steadyMs ? failures + 1 : 0;
      const waitMs = this.stopped ? 0 : backoffMs(failures);
      const next = waitMs > 0 ? `; next attempt in ${waitMs / 1000} s` : "";
      this.report("stopped", `${reason}${next}`);
      if (waitMs > 0) await this.pause(waitMs);
    }
  }

  private async pause(ms?: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (ms !== undefined) timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wake = () => {};
  }

  private report(event: "starting" | "stopped", message: string): void {
    this.host.report({ event, name: this.plan.service, message });
  }
}

const sameTask = (a: TaskPlan, b: TaskPlan): boolean =>
  JSON.stringify({ ...a, startFaults: [] }) === JSON.stringify({ ...b, startFaults: [] });
