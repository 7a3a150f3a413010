import { get } from "node:http";
import { connect } from "node:net";
import type { HealthCheckPlan, TargetGroupPlan } from "../plan/types";
import type { Report } from "../status";

/**
 * Checks on one machine cost nothing, so a group's interval (10 s and more on AWS) is cut to this;
 * timeout and thresholds stay as configured. A new target is checked more often until its first
 * success, which on AWS is enough as well.
 */
const maxIntervalMs = 1000;
const initialIntervalMs = 200;

export type Health = "unregistered" | "initial" | "healthy" | "unhealthy";

/** The target of a group: the container port of the running task, as long as it is healthy. */
export class TargetGroup {
  private state: Health = "unregistered";
  private streak = 0;
  private generation = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private current: TargetGroupPlan,
    private readonly report: Report,
  ) {}

  get plan(): TargetGroupPlan {
    return this.current;
  }

  /** In AWS's words; "unregistered" is no target at all. */
  get health(): Health {
    return this.state;
  }

  get healthy(): boolean {
    return this.state === "healthy";
  }

  get unhealthy(): boolean {
    return this.state === "unhealthy";
  }

  update(plan: TargetGroupPlan): void {
    this.current = plan;
  }

  /** The task runs: starts checking it, unless that is done already. */
  register(): void {
    if (this.state !== "unregistered") return;
    this.state = "initial";
    this.schedule(0);
  }

  /** The task is about to stop: no new connections. */
  deregister(): void {
    this.generation++;
    clearTimeout(this.timer);
    this.state = "unregistered";
    this.streak = 0;
  }

  private schedule(delayMs: number): void {
    const generation = this.generation;
    this.timer = setTimeout(async () => {
      const passed = await check(this.current.healthCheck);
      if (generation !== this.generation) return;
      this.record(passed);
      this.schedule(
        this.state === "initial"
          ? initialIntervalMs
          : Math.min(maxIntervalMs, this.current.healthCheck.intervalMs),
      );
    }, delayMs);
  }

  private record(passed: boolean): void {
    const { healthyThreshold, unhealthyThreshold, port } = this.current.healthCheck;
    if (this.state === "initial") {
      if (passed) this.turn("healthy", `answers its health check on port ${port}`);
      return;
    }
    this.streak = passed === this.healthy ? 0 : this.streak + 1;
    if (this.healthy && this.streak >= unhealthyThreshold) {
      this.turn("unhealthy", `failed ${this.streak} health checks on port ${port}`);
    } else if (this.unhealthy && this.streak >= healthyThreshold) {
      this.turn("healthy", `answers its health check on port ${port} again`);
    }
  }

  private turn(health: "healthy" | "unhealthy", message: string): void {
    this.state = health;
    this.streak = 0;
    this.report({ event: health, name: this.current.name, message });
  }
}

function check(plan: HealthCheckPlan): Promise<boolean> {
  return plan.protocol === "HTTP" ? checkHttp(plan) : checkTcp(plan);
}

function checkTcp({ port, timeoutMs }: HealthCheckPlan): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const finish = (passed: boolean): void => {
      clearTimeout(deadline);
      socket.destroy();
      resolve(passed);
    };
    const deadline = setTimeout(finish, timeoutMs, false);
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}

function checkHttp({ port, path, matcher, timeoutMs }: HealthCheckPlan): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (passed: boolean): void => {
      clearTimeout(deadline);
      request.destroy();
      resolve(passed);
    };
    const request = get({
      host: "127.0.0.1",
      port,
      path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0" },
    });
    const deadline = setTimeout(finish, timeoutMs, false);
    request.on("response", (response) => finish(matchesStatus(matcher, response.statusCode ?? 0)));
    request.on("error", () => finish(false));
  });
}

/** `matcher` is "200", "200,204" or "200-399". */
export function matchesStatus(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return from !== undefined && to !== undefined && from <= status && status <= to;
  });
}
