import type {
  DecideAnswer,
  Decision,
  LeasesAnswer,
  LoginAnswer,
  LoginResult,
  Question,
  RecheckAnswer,
} from "../../shared/authContract";
import { cacheCloudTak, freshCloudTak } from "./cloudtak/cachedClient";
import { createCloudTak } from "./cloudtak/client";
import { createSigningSecret } from "./crypto/signingSecret";
import { decisionDeadlineMs, loginDeadlineMs, withDeadline } from "./deadline";
import { decide, type Judge } from "./decision/decide";
import { readLogin, readQuestion, readRunning } from "./decision/parseRequest";
import { decidedSoon } from "./decision/partialResults";
import { recheck } from "./decision/recheck";
import { login } from "./decision/sharedLogin";
import type { Environment } from "./environment";
import { readEvent } from "./event";
import { listLeases } from "./listLeases";
import { logDecisions, logLeases, logLogin, logRecheck } from "./log";
import { Undecided } from "./undecidedError";

export type Answer = DecideAnswer | LoginAnswer | RecheckAnswer | LeasesAnswer;
export type Handler = (event: unknown) => Promise<Answer>;

type Within = <T>(part: Promise<T>) => Promise<T>;

/** The Lambda handler. Rejects only for an event that is none; every question of an event gets an answer. */
export function createHandler(environment: Environment): Handler {
  const { authMode, insecurePorts } = environment;
  const secret = createSigningSecret(environment.signingSecretArn, Date.now);
  const cloudtak = createCloudTak(
    environment.cloudtakUrl,
    environment.cloudtakCaCertificates,
    secret,
    Date.now,
  );
  const cached = cacheCloudTak(cloudtak, Date.now);
  const judge: Judge = {
    secret,
    authMode,
    mayRefreshSecret: false,
    cloudtak: cached,
    now: Date.now,
  };

  return async (value) => {
    const event = readEvent(value);
    const deadlineMs = event.operation === "login" ? loginDeadlineMs : decisionDeadlineMs;
    return withDeadline<Answer>(deadlineMs, async (within) => {
      switch (event.operation) {
        case "decide": {
          const { questions, mayRefreshSecret } = event;
          const asked = { ...judge, mayRefreshSecret };
          return { decisions: await answerSoon(asked, questions, within), insecurePorts };
        }
        case "login":
          return {
            logins: await Promise.all(event.logins.map((one) => logIn(judge, one, within))),
          };
        case "recheck": {
          const { mayRefreshSecret } = event;
          const fresh = {
            ...judge,
            mayRefreshSecret,
            cloudtak: freshCloudTak(cloudtak, cached, Date.now),
          };
          const again = event.sessions.map((one) => answerAgain(fresh, one, within));
          return { decisions: await Promise.all(again), insecurePorts };
        }
        case "leases":
          return within(listLeases(cloudtak, event.page)).catch((error: unknown) => {
            logLeases(detailOf(error));
            return { leases: null, nextPage: null };
          });
      }
    });
  };
}

interface Judged {
  readonly decision: Decision;
  /** Why it is undecided. */
  readonly detail?: string;
}

interface Answered extends Judged {
  readonly question: Question | null;
  readonly durationMs: number;
}

/** What is not decided yet is logged with the event that it is answered to. */
async function answerSoon(
  judge: Judge,
  questions: readonly unknown[],
  within: Within,
): Promise<(Decision | null)[]> {
  const answers = await decidedSoon(questions.map((value) => answer(judge, value, within)));
  logDecisions(answers.filter((answered) => answered !== null));
  return answers.map((answered) => answered?.decision ?? null);
}

async function answer(judge: Judge, value: unknown, within: Within): Promise<Answered> {
  const startedAtMs = performance.now();
  const question = readQuestion(value);
  const judged = await judgedOf(question && within(decide(judge, question)));
  return { question, ...judged, durationMs: performance.now() - startedAtMs };
}

async function logIn(judge: Judge, value: unknown, within: Within): Promise<LoginResult> {
  const startedAtMs = performance.now();
  const request = readLogin(value);
  const durationMs = () => performance.now() - startedAtMs;
  try {
    const result = request
      ? await within(login(judge, request))
      : ({ reason: "malformed" } as const);
    logLogin({ request, result, durationMs: durationMs() });
    return result;
  } catch (error) {
    const result = { reason: "undecided" } as const;
    logLogin({ request, result, detail: detailOf(error), durationMs: durationMs() });
    return result;
  }
}

async function answerAgain(judge: Judge, value: unknown, within: Within): Promise<Decision> {
  const running = readRunning(value);
  const judged = await judgedOf(running && within(recheck(judge, running)));
  logRecheck({ running, ...judged });
  return judged.decision;
}

/** Null is malformed. */
async function judgedOf(decision: Promise<Decision> | null): Promise<Judged> {
  if (!decision) return { decision: { allow: false, reason: "malformed" } };
  try {
    return { decision: await decision };
  } catch (error) {
    return { decision: { allow: false, reason: "undecided" }, detail: detailOf(error) };
  }
}

/** The text of an unforeseen error may hold anything, so only its name is told. */
function detailOf(error: unknown): string {
  if (error instanceof Undecided) return error.message;
  return `internal error: ${error instanceof Error ? error.name : typeof error}`;
}
