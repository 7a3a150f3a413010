import { randomUUID } from "node:crypto";
import type { FunctionPlan } from "../plan/types";
import { ExecutionEnvironment, type ExecutionHost, type Outcome } from "./executionEnvironment";

/** Without reserved concurrency AWS would start up to a thousand environments; here events wait in line. */
const unreservedEnvironments = 10;

/** Lambda keeps an idle execution environment for minutes. */
const idleTimeoutMs = 300_000;

export type Invocation =
  | (Outcome & { readonly requestId: string; readonly logTail: string })
  | { readonly kind: "throttled" };

/** A deployed function with its pool of warm environments. */
export class LocalFunction {
  private readonly idle: { environment: ExecutionEnvironment; timer: NodeJS.Timeout }[] = [];
  private readonly busy = new Set<ExecutionEnvironment>();
  private readonly waiting: (() => void)[] = [];
  private retired = false;

  constructor(
    readonly plan: FunctionPlan,
    private readonly host: ExecutionHost,
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
    while (this.busy.size >= (reservedConcurrency ?? unreservedEnvironments)) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    const requestId = randomUUID();
    const environment = this.take();
    this.busy.add(environment);
    try {
      const outcome = await environment.invoke(requestId, arn, event);
      if (outcome.dead || this.retired) environment.kill();
      else this.keep(environment);
      return { ...outcome, requestId, logTail: environment.logTail };
    } finally {
      this.busy.delete(environment);
      this.waiting.shift()?.();
    }
  }

  /** A newer version replaces it: running invocations end, new ones go elsewhere. */
  retire(): void {
    this.retired = true;
    for (const { environment, timer } of this.idle.splice(0)) {
      clearTimeout(timer);
      environment.kill();
    }
  }

  close(): void {
    this.retire();
    for (const environment of this.busy) environment.kill();
  }

  /** The environment that was used last is the warmest. */
  private take(): ExecutionEnvironment {
    const warm = this.idle.pop();
    if (!warm) return new ExecutionEnvironment(this.plan, this.host);
    clearTimeout(warm.timer);
    return warm.environment;
  }

  private keep(environment: ExecutionEnvironment): void {
    const timer = setTimeout(() => {
      this.idle.splice(
        this.idle.findIndex((entry) => entry.environment === environment),
        1,
      );
      environment.kill();
    }, idleTimeoutMs).unref();
    this.idle.push({ environment, timer });
  }
}
