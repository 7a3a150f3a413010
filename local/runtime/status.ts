/** Status lines of the runtime. */
export interface Status {
  readonly event:
    | "listening"
    | "closed"
    | "starting"
    | "running"
    | "healthy"
    | "unhealthy"
    | "stopped"
    | "deployed"
    | "problem";
  /** Listener, service, container, function or target group; "" for a problem of the plan. */
  readonly name: string;
  readonly message: string;
}

export type Report = (status: Status) => void;

/** A fault of the machine or the caller that keeps the runtime from starting; the message names the cause. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
}
