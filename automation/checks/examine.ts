import { setMaxListeners } from "node:events";
import { type Finding, notChecked } from "./finding";

/** One row of a list of checks. */
export interface Check<Context> {
  readonly subject: string;
  /** Left out: always. What does not apply is not in the report. */
  readonly applies?: (context: Context) => boolean;
  /** Default 20,000. */
  readonly timeoutMs?: number;
  /** Aborts what it has begun when `signal` does. */
  readonly run: (context: Context, signal: AbortSignal) => Promise<readonly Finding[]>;
}

export interface ExamineOptions {
  /** Told the findings of each check, in the order of the list. */
  readonly onFindings?: (findings: readonly Finding[]) => void;
  /** Ends every check that is under way. */
  readonly signal?: AbortSignal;
}

const defaultTimeoutMs = 20_000;

/** Makes all checks at once. None lasts longer than its deadline; one that fails is a warning with the reason. */
export async function examine<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  { onFindings = () => {}, signal }: ExamineOptions = {},
): Promise<Finding[]> {
  const all: Finding[] = [];
  // Each check listens.
  if (signal) setMaxListeners(0, signal);
  const under = applicable(checks, context).map((check) => made(check, context, signal));
  for (const findings of under) {
    const found = await findings;
    onFindings(found);
    all.push(...found);
  }
  return all;
}

/** As {@link examine}, one check after the other: what they do to the system must not mix. */
export async function examineInTurn<Context>(
  checks: readonly Check<Context>[],
  context: Context,
  { onFindings = () => {}, signal }: ExamineOptions = {},
): Promise<Finding[]> {
  const all: Finding[] = [];
  for (const check of applicable(checks, context)) {
    const found = await made(check, context, signal);
    onFindings(found);
    all.push(...found);
  }
  return all;
}

const applicable = <Context>(checks: readonly Check<Context>[], context: Context) =>
  checks.filter(({ applies = () => true }) => applies(context));

async function made<Context>(
  { subject, timeoutMs = defaultTimeoutMs, run }: Check<Context>,
  context: Context,
  signal: AbortSignal | undefined,
): Promise<readonly Finding[]> {
  const ended = new AbortController();
  // Each request of a check listens.
  setMaxListeners(0, ended.signal);
  const timer = setTimeout(
    () => ended.abort(new Error(`no answer within ${timeoutMs / 1000} s`)),
    timeoutMs,
  );
  const cancel = () => ended.abort(new Error("cancelled"));
  if (signal?.aborted) cancel();
  signal?.addEventListener("abort", cancel, { once: true });
  const given = new Promise<never>((_, reject) => {
    const giveUp = () => reject(ended.signal.reason);
    if (ended.signal.aborted) giveUp();
    ended.signal.addEventListener("abort", giveUp, { once: true });
  });
  try {
    const findings = await Promise.race([given, run(context, ended.signal)]);
    return findings.length > 0 ? findings : [notChecked(subject, "the check found nothing to say")];
  } catch (error) {
    const reason = ended.signal.aborted ? ended.signal.reason : error;
    return [notChecked(subject, reasonOf(reason))];
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  }
}

/** An error in one line. Errors of the AWS SDK have their code as name. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const name = error.name === "Error" ? "" : `${error.name}: `;
  return `${name}${error.message}`.replaceAll(/\s+/g, " ").trim();
}
