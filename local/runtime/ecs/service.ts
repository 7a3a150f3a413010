import type { TaskPlan } from "../plan/types";
import { type Host, Task } from "./task";

/** A task that ended sooner than this has failed to start. */
const steadyMs = 10_000;

/** State of a service as ECS describes it. */
export interface ServiceState {
  readonly arn: string;
  readonly clusterArn: string;
  /** Of what runs, or is about to. */
  readonly taskDefinitionArn: string;
  readonly isRunning: boolean;
  /** Of the last deployment, when that was rolled back. */
  readonly failedTaskDefinitionArn: string | undefined;
}

/** Tasks of a deployment that may fail before the circuit breaker gives it up, ECS's least number. */
const breakerThreshold = 3;

const thresholdExceeded = "the circuit breaker threshold was exceeded.";

/** Wait after the second, third, ... failed start in a row; the first is repeated at once. */
const backoffMs = (failures: number): number =>
  failures < 2 ? 0 : Math.min(30_000, 1000 * 2 ** (failures - 2));

/**
 * An ECS service with one task: when it stops, the next one starts. A deployment stops the old task before it starts
 * the new one, as with minimum 0 % and maximum 100 %. With the circuit breaker a deployment that does not get healthy
 * is rolled back to the last one that did. Without one it retries for ever, as an earlier process may have run a healthy one.
 */
export class Service {
  /** What runs: what the last deployment asked for, or what that was rolled back to. */
  private current: TaskPlan;
  /** The last one whose task was healthy. */
  private steady: TaskPlan | undefined;
  /** Counts deployments and roll-backs. */
  private deployment = 0;
  /** Tasks of this deployment that ended before one was healthy; undefined from then on. */
  private failedTasks: number | undefined = 0;
  private failuresInARow = 0;
  private task: Task | undefined;
  private stopped = false;
  private wake: () => void = () => {};
  private readonly finished: Promise<void>;
  /** How the last deployment ends: undefined when its task gets healthy, else why ECS gave it up. */
  outcome: Promise<string | undefined>;
  private settle: (failure: string | undefined) => void = () => {};
  /** Why the last deployment was rolled back; reported when the previous task is healthy again. */
  private failure: string | undefined;

  constructor(
    private requested: TaskPlan,
    private readonly host: Host,
  ) {
    this.current = requested;
    this.outcome = this.newOutcome();
    this.finished = this.keepRunning();
  }

  get state(): ServiceState {
    const { serviceArn: arn, clusterArn, taskDefinitionArn } = this.current;
    return {
      arn,
      clusterArn,
      taskDefinitionArn,
      isRunning: this.task?.isRunning ?? false,
      failedTaskDefinitionArn: this.isRolledBack ? this.requested.taskDefinitionArn : undefined,
    };
  }

  /** What runs, or is about to. */
  get plan(): TaskPlan {
    return this.current;
  }

  /** True while another task definition runs than the last deployment asked for. */
  get isRolledBack(): boolean {
    return !sameTask(this.current, this.requested);
  }

  /** True when the plan asks for the same task as the last deployment, or for the one that runs: neither is deployed again. */
  isSame(plan: TaskPlan): boolean {
    return sameTask(plan, this.requested) || sameTask(plan, this.current);
  }

  /** A new plan for the same task: what kept it from starting may be gone. */
  update(plan: TaskPlan): void {
    if (sameTask(this.current, plan)) this.current = plan;
    this.requested = plan;
    this.task?.registerTargets();
    this.wake();
  }

  /** A new deployment; resolves when the old task has ended. */
  async deploy(plan: TaskPlan): Promise<void> {
    this.requested = plan;
    const { task } = this;
    // The task may have become healthy in this turn.
    task?.judgeHealth();
    this.turnTo(plan);
    this.failedTasks = 0;
    this.settle("Service deployment was stopped because a newer one has started.");
    this.outcome = this.newOutcome();
    task?.stop("Scaling activity initiated by a new deployment");
    this.wake();
    await task?.ended;
  }

  async stop(reason: string): Promise<void> {
    this.stopped = true;
    this.settle("The service was stopped.");
    this.task?.stop(reason);
    this.wake();
    await this.finished;
  }

  private async keepRunning(): Promise<void> {
    while (!this.stopped) {
      if (this.current.startFaults.length > 0 && !this.canRollBack()) {
        // The plan's problems state the reason; only another deployment can resolve it.
        this.settle(this.current.startFaults[0]);
        await this.pause();
        continue;
      }
      const waitMs = await this.runTask();
      if (waitMs > 0) await this.pause(waitMs);
    }
  }

  /** Runs a task to its end. Resolves to the time to wait before the next one. */
  private async runTask(): Promise<number> {
    const { deployment, current } = this;
    const startedAtMs = Date.now();
    this.report("starting", revision(current));
    const reason = current.startFaults[0] ?? (await this.untilEnd(current));
    if (this.stopped || deployment !== this.deployment) {
      this.report("stopped", reason);
      return 0;
    }
    const failed = Date.now() - startedAtMs < steadyMs;
    this.failuresInARow = failed ? this.failuresInARow + 1 : 0;
    if (this.failedTasks !== undefined) this.failedTasks++;
    const waitMs = backoffMs(this.failuresInARow);
    const next = waitMs > 0 ? `; next attempt in ${waitMs / 1000} s` : "";
    this.report("stopped", `${reason}${next}`);
    if ((this.failedTasks ?? 0) < breakerThreshold) return waitMs;
    if (!this.canRollBack()) {
      if (current.rollback) this.settle(`${thresholdExceeded} There is none to roll back to.`);
      return waitMs;
    }
    this.rollBack();
    return 0;
  }

  private async untilEnd(plan: TaskPlan): Promise<string> {
    this.task = new Task(plan, this.host, () => {
      this.steady = plan;
      this.failedTasks = undefined;
      this.settle(this.failure);
    });
    const reason = await this.task.ended;
    this.task = undefined;
    return reason;
  }

  private canRollBack(): boolean {
    return this.current.rollback && this.failedTasks !== undefined && this.steady !== undefined;
  }

  /** The old task definition runs again; what is deployed stays the one that failed, until another is. */
  private rollBack(): void {
    const { current, steady = current } = this;
    this.turnTo(steady);
    this.failedTasks = undefined;
    this.failure = `Service deployment rolled back because ${thresholdExceeded}`;
    this.report(
      "problem",
      `deployment of ${revision(current)} failed: tasks failed to start; rolled back to ${revision(steady)}`,
    );
  }

  private newOutcome(): Promise<string | undefined> {
    this.failure = undefined;
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  private turnTo(plan: TaskPlan): void {
    this.current = plan;
    this.deployment++;
    this.failuresInARow = 0;
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

  private report(event: "starting" | "stopped" | "problem", message: string): void {
    this.host.report({ event, name: this.current.service, message });
  }
}

/** `family:revision`. */
const revision = (plan: TaskPlan): string => plan.taskDefinitionArn.split("/").at(-1) ?? "";

/** Without the faults and the circuit breaker's setting: a change of these is no deployment. */
const sameTask = (a: TaskPlan, b: TaskPlan): boolean => essence(a) === essence(b);

const essence = (plan: TaskPlan): string =>
  JSON.stringify({ ...plan, startFaults: [], rollback: false });
