import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { z } from "zod";
import {
  type DecideEvent,
  type Decision,
  isStreamName,
  maxBatch,
  maxFieldLength,
  type Question,
  refusalReasons,
} from "../lambda/auth/contract";
import type { Log } from "./log";

/** Questions wait this long for others to go along with. */
const gatherMs = 3;

/** The auth function's own timeout is 9 s; no client waits longer. */
const defaultDeadlineMs = 9_000 - gatherMs;

/** Questions under way; beyond this the auth function is down or we are under attack. */
const maxUnderWay = 20_000;

const decision: z.ZodType<Decision> = z.discriminatedUnion("allow", [
  z.object({
    allow: z.literal(true),
    path: z.string().refine((path) => path === "" || isStreamName(path)),
    subject: z.string().min(1).max(512),
    admin: z.boolean(),
    handle: z.string().max(maxFieldLength.handle),
    notAfter: z.number().nullable(),
  }),
  z.object({ allow: z.literal(false), reason: z.enum(refusalReasons) }),
]);

const undecided: Decision = { allow: false, reason: "undecided" };

interface Pending {
  readonly question: Question;
  readonly answer: (decision: Decision) => void;
}

export interface AuthClientOptions {
  /** Alias ARN of the auth function. */
  readonly functionArn: string;
  /** Milliseconds until an invocation counts as failed. Default 8,997. */
  readonly deadlineMs?: number;
}

/**
 * Asks the auth function by Lambda Invoke. Questions that arrive within a few milliseconds share an
 * invocation, and several invocations run at once. Whatever goes wrong, the answer is "undecided".
 */
export class AuthClient {
  readonly #lambda: LambdaClient;
  readonly #options: AuthClientOptions;
  readonly #log: Log;
  #gathered: Pending[] = [];
  #underWay = 0;

  constructor(lambda: LambdaClient, options: AuthClientOptions, log: Log) {
    this.#lambda = lambda;
    this.#options = options;
    this.#log = log;
  }

  /** Never rejects. */
  decide(question: Question): Promise<Decision> {
    if (this.#underWay >= maxUnderWay) return Promise.resolve(undecided);
    this.#underWay += 1;
    return new Promise((resolve) => {
      const answer = (given: Decision) => {
        this.#underWay -= 1;
        resolve(given);
      };
      this.#gathered.push({ question, answer });
      if (this.#gathered.length === 1) setTimeout(() => this.#send(), gatherMs);
      if (this.#gathered.length === maxBatch) this.#send();
    });
  }

  #send(): void {
    const batch = this.#gathered;
    this.#gathered = [];
    if (batch.length > 0) void this.#ask(batch);
  }

  async #ask(batch: readonly Pending[]): Promise<void> {
    let decisions: readonly Decision[] = [];
    try {
      decisions = await this.#invoke(batch.map(({ question }) => question));
    } catch (error) {
      const reason = error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
      this.#log.error({ reason, questions: batch.length }, "auth function failed");
    }
    batch.forEach(({ answer }, index) => {
      answer(decisions[index] ?? undecided);
    });
  }

  async #invoke(questions: readonly Question[]): Promise<readonly Decision[]> {
    const event: DecideEvent = { operation: "decide", questions };
    const command = new InvokeCommand({
      FunctionName: this.#options.functionArn,
      Payload: JSON.stringify(event),
    });
    const deadlineMs = this.#options.deadlineMs ?? defaultDeadlineMs;
    const output = await withDeadline(deadlineMs, (abortSignal) =>
      this.#lambda.send(command, { abortSignal }),
    );
    // The payload of a failure may repeat what we sent, so none of it goes into the message.
    if (output.FunctionError) throw new Error(`the function ended with ${output.FunctionError}`);
    return parseAnswer(output.Payload?.transformToString() ?? "", questions.length);
  }
}

/** The SDK heeds its signal only while it speaks HTTP, not while it looks for credentials. */
async function withDeadline<T>(
  deadlineMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${deadlineMs} ms`));
      abort.abort();
    }, deadlineMs);
  });
  try {
    return await Promise.race([work(abort.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}

function parseAnswer(text: string, count: number): readonly Decision[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("the function's answer is no JSON");
  }
  const answer = z.object({ decisions: z.array(decision).length(count) }).safeParse(json);
  if (answer.success) return answer.data.decisions;
  const places = answer.error.issues.map(({ path }) => path.join("."));
  throw new Error(`the function's answer is not as agreed at: ${places.slice(0, 5).join(", ")}`);
}
