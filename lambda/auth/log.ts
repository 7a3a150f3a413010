import type {
  AuthRequest,
  Decision,
  LoginRequest,
  LoginResult,
  Refuse,
  RunningSession,
} from "../../shared/authContract";

interface Outcome {
  readonly decision: Decision;
  /** Why it is undecided. */
  readonly detail?: string | undefined;
}

interface Decided extends Outcome {
  /** Null when it was malformed: then nothing of it is logged. */
  readonly question: AuthRequest | null;
  readonly durationMs: number;
}

/**
 * One JSON line per decision of an event; equal refusals share a line with their count. Of what a refused client sent,
 * the stream is logged only if it exists, and the user only if the password was right: a password is easily typed into
 * the wrong field.
 */
export function logDecisions(all: readonly Decided[]): void {
  const refusals = new Map<string, { readonly line: object; count: number }>();
  for (const decided of all) {
    const line = lineOf(decided);
    if (decided.decision.allow) {
      write(line);
      continue;
    }
    const key = JSON.stringify({ ...line, durationMs: 0 });
    const same = refusals.get(key);
    if (same) same.count += 1;
    else refusals.set(key, { line, count: 1 });
  }
  for (const { line, count } of refusals.values())
    write(count > 1 ? { ...line, count } : { ...line });
}

function lineOf(decided: Decided) {
  const { question, decision, durationMs } = decided;
  return {
    ...outcomeFields(decided, decision.allow ? "allowed" : "refused"),
    action: question?.action,
    protocol: question?.protocol,
    address: question?.address,
    subject: decision.subject,
    path: decision.allow ? decision.path : shownStream(question, decision),
    durationMs: Math.round(durationMs),
  };
}

/** One JSON line for each session that may not continue or could not be rechecked. */
export function logRecheck(outcome: Outcome & { readonly running: RunningSession | null }): void {
  const { running, decision } = outcome;
  if (decision.allow) return;
  const { action, path } = running ?? {};
  write({ ...outcomeFields(outcome, "revoked"), action, path });
}

/** One JSON line for each login; the user is logged with the decision that needed it. */
export function logLogin(made: {
  readonly request: LoginRequest | null;
  readonly result: LoginResult;
  readonly durationMs: number;
  /** Why it is undecided. */
  readonly detail?: string;
}): void {
  const { request, result, detail, durationMs } = made;
  const reason = "reason" in result ? result.reason : undefined;
  write({
    level: reason === "undecided" ? "error" : "info",
    msg: reason === undefined ? "logged in" : "login refused",
    reason,
    detail,
    address: request?.address,
    durationMs: Math.round(durationMs),
  });
}

export function logLeases(detail: string): void {
  write({ level: "error", msg: "leases not listed", detail });
}

/** Leases missing from a list, so that an operator can correct them in CloudTAK. */
export function logSkippedRows({ count, ids }: { count: number; ids: readonly number[] }): void {
  const msg =
    "leases skipped: their rows in CloudTAK's list are too long or have other fields than its API promises";
  write({ level: "warn", msg, count, ids });
}

const shownStream = (question: AuthRequest | null, { streamKnown }: Refuse) =>
  streamKnown ? question?.stream : undefined;

function outcomeFields({ decision, detail }: Outcome, decided: string) {
  const undecided = !decision.allow && decision.reason === "undecided";
  return {
    level: undecided ? "error" : "info",
    msg: undecided ? "undecided" : decided,
    reason: decision.allow ? undefined : decision.reason,
    detail,
  };
}

const write = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);
