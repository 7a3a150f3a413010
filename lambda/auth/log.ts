import type { Decision, Question } from "./contract";

interface Judged {
  /** Null when it was malformed: then nothing of it is logged. */
  readonly question: Question | null;
  readonly decision: Decision;
  readonly durationMs: number;
  /** Why it is undecided. */
  readonly detail?: string | undefined;
}

/**
 * One JSON line per decision. User names of refused clients are left out: a password is easily typed into
 * the wrong field.
 */
export function logDecision({ question, decision, durationMs, detail }: Judged): void {
  const undecided = !decision.allow && decision.reason === "undecided";
  write({
    level: undecided ? "error" : "info",
    msg: undecided ? "undecided" : decision.allow ? "allowed" : "refused",
    action: question?.action,
    protocol: question?.protocol,
    address: question?.address,
    subject: decision.allow ? decision.subject : undefined,
    path: decision.allow ? decision.path : question?.stream,
    reason: decision.allow ? undefined : decision.reason,
    detail,
    durationMs: Math.round(durationMs),
  });
}

const write = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);
