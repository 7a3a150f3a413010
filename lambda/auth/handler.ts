import { cacheCloudTak } from "./cached";
import { createCloudTak } from "./cloudtak";
import type { DecideAnswer, Decision } from "./contract";
import { decide, type Judge } from "./decide";
import type { Environment } from "./environment";
import { logDecision } from "./log";
import { readEvent, readQuestion } from "./question";
import { createSigningSecret } from "./secret";
import { Undecided } from "./undecided";

/** The function ends after 9 s and the gateway's clients wait 9 s: what is late is undecided. */
const deadlineMs = 8_000;

const undecided: Decision = { allow: false, reason: "undecided" };

/** The Lambda handler. Rejects only for an event that is none; every question of an event gets an answer. */
export function createHandler(environment: Environment): (event: unknown) => Promise<DecideAnswer> {
  const secret = createSigningSecret(environment.signingSecretArn, Date.now);
  const cloudtak = createCloudTak(environment.cloudtakUrl, secret, Date.now);
  const judge: Judge = { secret, cloudtak: cacheCloudTak(cloudtak, Date.now), now: Date.now };

  return async (event) => {
    const questions = readEvent(event);
    const deadline = startDeadline();
    try {
      return { decisions: await Promise.all(questions.map((q) => answer(judge, q, deadline.hit))) };
    } finally {
      deadline.stop();
    }
  };
}

interface Late {
  readonly decision: Decision;
  readonly detail: string;
}

function startDeadline(): { hit: Promise<Late>; stop: () => void } {
  let stop = () => {};
  const hit = new Promise<Late>((resolve) => {
    const detail = `no decision in ${deadlineMs} ms`;
    const timer = setTimeout(resolve, deadlineMs, { decision: undecided, detail });
    stop = () => clearTimeout(timer);
  });
  return { hit, stop };
}

/** Calls that are still under way at the deadline end by their own limits; the next try finds their answers. */
async function answer(judge: Judge, value: unknown, deadline: Promise<Late>): Promise<Decision> {
  const startedAtMs = performance.now();
  const question = readQuestion(value);
  const judged: { decision: Decision; detail?: string } = question
    ? await Promise.race([decide(judge, question).then(asJudged, asUndecided), deadline])
    : asJudged({ allow: false, reason: "malformed" });
  logDecision({ question, ...judged, durationMs: performance.now() - startedAtMs });
  return judged.decision;
}

const asJudged = (decision: Decision): { decision: Decision } => ({ decision });

/** The text of an unforeseen error may hold anything, so only its name is told. */
function asUndecided(error: unknown): Late {
  const name = error instanceof Error ? error.name : typeof error;
  const detail = error instanceof Undecided ? error.message : `internal error: ${name}`;
  return { decision: undecided, detail };
}
