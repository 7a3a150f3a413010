import type { Decision, Question, Refuse, Running } from "./contract";

interface Judged {
  readonly decision: Decision;
  /** Why it is undecided. */
  readonly detail?: string | undefined;
}

/**
 * One JSON line per decision. Of what a refused client sent only a stream is logged that is one, and the user only
 * once its password has proved right: a password is easily typed into the wrong field. `question` is null when it was malformed: then nothing of it is logged.
 */
export function logDecision(
  judged: Judged & { readonly question: Question | null; readonly durationMs: number },
): void {
  const { question, decision, durationMs } = judged;
  write({
    ...outcome(judged, decision.allow ? "allowed" : "refused"),
    action: question?.action,
    protocol: question?.protocol,
    address: question?.address,
    subject: decision.subject,
    path: decision.allow ? decision.path : shownStream(question, decision),
    durationMs: Math.round(durationMs),
  });
}

/** One JSON line for each session that may not go on, or about which CloudTAK cannot be asked. */
export function logRecheck(judged: Judged & { readonly running: Running | null }): void {
  const { running, decision } = judged;
  if (decision.allow) return;
  const { action, path } = running ?? {};
  write({ ...outcome(judged, "revoked"), action, path });
}

export function logLeases(detail: string): void {
  write({ level: "error", msg: "leases not listed", detail });
}

/** Leases that are missing from a list, so that somebody can mend them. */
export function logSkippedRows({ count, ids }: { count: number; ids: readonly number[] }): void {
  const msg =
    "leases skipped: their rows in CloudTAK's list are too long or have other fields than its API promises";
  write({ level: "warn", msg, count, ids });
}

const shownStream = (question: Question | null, { streamKnown }: Refuse) =>
  streamKnown ? question?.stream : undefined;

function outcome({ decision, detail }: Judged, decided: string) {
  const undecided = !decision.allow && decision.reason === "undecided";
  return {
    level: undecided ? "error" : "info",
    msg: undecided ? "undecided" : decided,
    reason: decision.allow ? undefined : decision.reason,
    detail,
  };
}

const write = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);
