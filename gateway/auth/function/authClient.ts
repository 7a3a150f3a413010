import type { LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";
import { looksLikeManagement } from "../../../lambda/auth/crypto/tokens";
import {
  type AuthRequest,
  type DecideEvent,
  type Decision,
  isStreamName,
  type LeasesAnswer,
  type ListedLease,
  type LoginRequest,
  type LoginResult,
  maxFieldLength,
  type RecheckEvent,
  type Refuse,
  type RunningSession,
  refusalReasons,
} from "../../../shared/authContract";
import type { Log } from "../../log";
import { monotonicMs } from "../../process/monotonic";
import { invokeAuth } from "./invoke";
import { PendingQuestions } from "./pendingQuestions";

/**
 * Questions wait this long for others to go along with, and longer with each invocation under way: each of these keeps an
 * instance of the function busy, and one more may have to be started for the next.
 */
const batchDelayMs = 3;
const batchDelayMsPerInvocation = 1;
const maxBatchDelayMs = 50;

/** Of an invocation: half a second after its first decision an instance answers. */
export const maxQuestions = 50;

/** No client waits longer than 9 s. */
const defaultDeadlineMs = 9_000 - maxBatchDelayMs;
/** Logins may take longer: the auth function answers within 22 s. */
const loginDeadlineMs = 24_000;

const refreshSecretEveryMs = 60_000;

/** Questions that share invocations. */
interface BatchQueue {
  queued: Pending[];
  /** Invocations. */
  inFlight: number;
  timer: NodeJS.Timeout | undefined;
}

const newQueue = (): BatchQueue => ({ queued: [], inFlight: 0, timer: undefined });

const streamName = z.string().refine(isStreamName);

const decision: z.ZodType<Decision> = z.discriminatedUnion("allow", [
  z.object({
    allow: z.literal(true),
    path: z.union([z.literal(""), streamName]),
    subject: z.string().min(1).max(512),
    admin: z.boolean(),
    handle: z.string().max(maxFieldLength.handle),
    notAfter: z.number().nullable(),
  }),
  z.object({
    allow: z.literal(false),
    reason: z.enum(refusalReasons),
    subject: z.string().min(1).max(512).optional(),
    streamKnown: z.literal(true).optional(),
  }),
]);

/** Undefined when the value is not a decision. */
export const readDecision = (value: unknown): Decision | undefined =>
  decision.safeParse(value).data;

const decisions = (count: number) => z.array(decision).length(count);

/** Without any decision it would be asked again and again. */
const pendingDecisions = (count: number) =>
  z
    .array(decision.nullable())
    .length(count)
    .refine((all) => count === 0 || all.some((one) => one !== null));

/** A function of an earlier deployment tells no names and no owners. */
const listedLease: z.ZodType<ListedLease> = z.object({
  path: streamName,
  name: streamName.nullable().catch(null),
  expiration: z.number().nullable(),
  recording: z.boolean(),
  open: z.boolean(),
  proxy: z.string().nullable(),
  owner: z.string().nullable().catch(null),
});

/** Undefined for a row that cannot be read. */
export const readListedLease = (row: unknown): ListedLease | undefined =>
  listedLease.safeParse(row).data;

const leasesAnswer = z.object({
  leases: z.array(z.unknown()).nullable(),
  nextPage: z.number().int().nullable(),
});

const loginResult: z.ZodType<LoginResult> = z.union([
  z.object({
    login: z.string().min(1).max(maxFieldLength.handle),
    forMs: z.number().nonnegative(),
  }),
  z.object({ reason: z.enum(refusalReasons) }),
]);

const undecided: Refuse = { allow: false, reason: "undecided" };
const noLeases: LeasesAnswer = { leases: null, nextPage: null };

interface Pending {
  readonly question: AuthRequest;
  readonly resolve: (decision: Decision) => void;
  /** By the monotonic clock: after this it is not asked again. */
  readonly until: number;
}

export interface AuthClientOptions {
  /** Alias ARN of the auth function. */
  readonly functionArn: string;
  /** Milliseconds until an invocation counts as failed. Default 8,997. */
  readonly deadlineMs?: number;
}

/**
 * Asks the auth function by Lambda Invoke. Questions that arrive within a few milliseconds share an
 * invocation, and several invocations run at once. What one leaves undecided goes with the next. Whatever goes
 * wrong, the answer is "undecided". No method ever rejects.
 */
export class AuthClient {
  readonly #lambda: LambdaClient;
  readonly #options: AuthClientOptions;
  readonly #log: Log;
  /** The API has a queue of its own, so that its callers do not wait behind a burst of connecting clients. */
  readonly #queues = { clients: newQueue(), api: newQueue() };
  readonly #pending = new PendingQuestions();
  #secretRefreshedAtMs = Number.NEGATIVE_INFINITY;
  #insecurePorts = false;

  constructor(lambda: LambdaClient, options: AuthClientOptions, log: Log) {
    this.#lambda = lambda;
    this.#options = options;
    this.#log = log;
  }

  /** Whether clients reach RTMP and RTSP without TLS as well, as of the function's last answer. */
  get insecurePorts(): boolean {
    return this.#insecurePorts;
  }

  decide(question: AuthRequest): Promise<Decision> {
    return new Promise((resolve) => {
      const leave = this.#pending.add(question.address, () => resolve(undecided));
      const answer = (given: Decision) => {
        leave();
        resolve(given);
      };
      const { deadlineMs = defaultDeadlineMs } = this.#options;
      this.#enqueue({ question, resolve: answer, until: monotonicMs() + deadlineMs });
    });
  }

  /** Logs users in; the results stand in their order. */
  async login(logins: readonly LoginRequest[]): Promise<readonly LoginResult[]> {
    const shape = z.object({ logins: z.array(loginResult).length(logins.length) });
    const answer = await this.#invoke({ operation: "login", logins }, shape, loginDeadlineMs);
    return answer?.logins ?? logins.map(() => ({ reason: "undecided" }));
  }

  /** At most `maxBatch` sessions; the answers stand in their order. `handlesFromClients`: they may be made up. */
  async recheck(
    sessions: readonly RunningSession[],
    handlesFromClients = false,
  ): Promise<readonly Decision[]> {
    const from = handlesFromClients ? { handlesFromClients } : {};
    const event = { operation: "recheck", sessions, ...from } as const;
    const decided = await this.#decisions(event, decisions(sessions.length));
    return decided ?? sessions.map(() => undecided);
  }

  async leases(page: number): Promise<LeasesAnswer> {
    const answer = await this.#invoke({ operation: "leases", page }, leasesAnswer);
    if (!answer?.leases) return noLeases;
    const leases = answer.leases.flatMap((row) => readListedLease(row) ?? []);
    const skipped = answer.leases.length - leases.length;
    if (skipped > 0) this.#log.warn({ skipped, page }, "leases skipped: they cannot be read");
    return { leases, nextPage: answer.nextPage };
  }

  #enqueue(pending: Pending): void {
    const queue = this.#queues[pending.question.protocol === "api" ? "api" : "clients"];
    queue.queued.push(pending);
    if (queue.queued.length === 1) {
      const waitMs = Math.min(
        maxBatchDelayMs,
        batchDelayMs + batchDelayMsPerInvocation * queue.inFlight,
      );
      queue.timer = setTimeout(() => this.#send(queue), waitMs);
    }
    if (queue.queued.length === maxQuestions) this.#send(queue);
  }

  #send(queue: BatchQueue): void {
    clearTimeout(queue.timer);
    const batch = queue.queued;
    queue.queued = [];
    void this.#ask(batch, queue);
  }

  async #ask(batch: readonly Pending[], queue: BatchQueue): Promise<void> {
    const questions = batch.map(({ question }) => question);
    const mayRefreshSecret = this.#mayRefreshSecret(questions) ? { mayRefreshSecret: true } : {};
    const event = { operation: "decide", questions, ...mayRefreshSecret } as const;
    queue.inFlight += 1;
    const decided = await this.#decisions(event, pendingDecisions(batch.length));
    queue.inFlight -= 1;
    batch.forEach((pending, index) => {
      const given = decided?.[index];
      if (given === null && monotonicMs() < pending.until) this.#enqueue(pending);
      else pending.resolve(given ?? undecided);
    });
  }

  /** Once a minute, and only where CloudTAK itself may be asking, with a token of a signing secret that is new. */
  #mayRefreshSecret(questions: readonly AuthRequest[]): boolean {
    const now = monotonicMs();
    if (now - this.#secretRefreshedAtMs < refreshSecretEveryMs) return false;
    if (!questions.some(looksLikeCloudTak)) return false;
    this.#secretRefreshedAtMs = now;
    return true;
  }

  async #decisions<T>(
    event: DecideEvent | RecheckEvent,
    shape: z.ZodType<readonly T[]>,
  ): Promise<readonly T[] | undefined> {
    const answer = await this.#invoke(
      event,
      z.object({ decisions: shape, insecurePorts: z.boolean() }),
    );
    if (answer) this.#insecurePorts = answer.insecurePorts;
    return answer?.decisions;
  }

  /** Undefined when it failed, which is logged. */
  async #invoke<T>(
    event: Parameters<typeof invokeAuth>[2],
    shape: z.ZodType<T>,
    deadlineMs = this.#options.deadlineMs ?? defaultDeadlineMs,
  ): Promise<T | undefined> {
    const { functionArn } = this.#options;
    try {
      return await invokeAuth(this.#lambda, functionArn, event, shape, deadlineMs);
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
      this.#log.error({ reason, operation: event.operation }, "auth function failed");
      return undefined;
    }
  }
}

const looksLikeCloudTak = ({ user, token }: AuthRequest): boolean =>
  user === "management" || looksLikeManagement(token);
