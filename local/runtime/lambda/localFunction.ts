import { randomUUID } from "node:crypto";
import type { FunctionPlan } from "../plan/types";
import { type Outcome, Worker, type WorkerHost } from "./worker";

/** Without reserved concurrency AWS would start up to a thousand workers; here events wait in line. */
const unreservedWorkers = 10;

/** Lambda keeps an idle execution environment for minutes. */
const idleTimeoutMs = 300_000;

export type Invocation =
  | (Outcome & { readonly requestId: string; readonly logTail: string })
  | { readonly kind: "throttled" };

/** A deployed function with its pool of warm workers. */
export class LocalFunction {
  private readonly idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];
  private readonly busy = new Set<Worker>();
  private readonly waiting: (() => void)[] = [];
  private retired = false;

  constructor(
    readonly plan: FunctionPlan,
    private readonly host: WorkerHost,
  ) {}

  get version(): string {
    return this.plan.version;
  }

  /** Runs the handler once; `arn` is the function as the caller named it, `event` is JSON. */
  async invoke(arn: string, event: string): Promise<Invocation> {
    const { reservedConcurrency } = this.plan;
    if (reservedConcurrency !== undefined && this.busy.size >= reservedConcurrency) {
      return { kind: "throttled" };
    }
    while (this.busy.size >= (reservedConcurrency ?? unreservedWorkers)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const requestId = randomUUID();
    const worker = this.take();
    this.busy.add(worker);
    try {
      const outcome = await worker.invoke(requestId, arn, event);
      if (outcome.dead || this.retired) worker.kill();
      else this.keep(worker);
      return { ...outcome, requestId, logTail: worker.logTail };
    } finally {
      this.busy.delete(worker);
      this.waiting.shift()?.();
    }
  }

  /** A newer version replaces it: running invocations end, new ones go elsewhere. */
  retire(): void {
    this.retired = true;
    for (const { worker, timer } of this.idle.splice(0)) {
      clearTimeout(timer);
      worker.kill();
    }
  }

  close(): void {
    this.retire();
    for (const worker of this.busy) worker.kill();
  }

  /** The worker that was used last is the warmest. */
  private take(): Worker {
    const warm = this.idle.pop();
    if (!warm) return new Worker(this.plan, this.host);
    clearTimeout(warm.timer);
    return warm.worker;
  }

  private keep(worker: Worker): void {
    const timer = setTimeout(() => {
      this.idle.splice(
        this.idle.findIndex((entry) => entry.worker === worker),
        1,
      );
      worker.kill();
    }, idleTimeoutMs).unref();
    this.idle.push({ worker, timer });
  }
}
