import type { Gateway } from "../gateway";
import type { Log } from "../log";

/** The end of a process, so far as {@link endOnSignals} and {@link endOnCrash} need it. */
export type Process = Pick<NodeJS.Process, "on" | "once" | "exit">;

export interface ShutdownTimes {
  /**
   * Time for sessions to continue. ECS kills 30 s after SIGTERM; MediaMTX, which gets it first, ends its streams long
   * before.
   */
  readonly drainMs: number;
  /** Time within which everything must be closed. */
  readonly closeMs: number;
}

const defaultTimes: ShutdownTimes = { drainMs: 25_000, closeMs: 3_000 };

type Ending = Pick<Gateway, "drain" | "close">;

/** SIGTERM and SIGINT: new clients are refused, sessions continue for a while, then the process ends with 0. */
export function endOnSignals(
  process: Process,
  gateway: Ending,
  log: Log,
  times = defaultTimes,
): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => void end(gateway, times, log).then(() => process.exit(0)));
  }
}

/**
 * An uncaught exception, in this thread or another, leaves an unknown state. It is logged with its stack, sessions
 * get the bytes that are in flight, and the process ends with 1: ECS starts another task.
 */
export function endOnCrash(
  process: Process,
  gateway: () => Ending | undefined,
  log: Log,
  times: ShutdownTimes = { drainMs: 0, closeMs: 3_000 },
): void {
  let isEnding = false;
  const crash = (error: unknown, origin: string) => {
    log.fatal({ err: asError(error), origin }, "gateway crashed");
    if (isEnding) return;
    isEnding = true;
    const running = gateway();
    void (running ? end(running, times, log) : Promise.resolve()).then(() => process.exit(1));
  };
  process.on("uncaughtException", (error) => crash(error, "uncaughtException"));
  process.on("unhandledRejection", (reason) => crash(reason, "unhandledRejection"));
}

async function end(gateway: Ending, { drainMs, closeMs }: ShutdownTimes, log: Log): Promise<void> {
  try {
    await gateway.drain(drainMs);
    if (!(await within(closeMs, gateway.close()))) log.error("gateway not closed in time");
  } catch (error) {
    log.error({ err: error }, "gateway failed to close");
  }
}

/** False when it takes longer. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

const asError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error(String(reason));
