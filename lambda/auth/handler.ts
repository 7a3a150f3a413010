import type {
  AuthRequest,
  DecideAnswer,
  Decision,
  LeasesAnswer,
  LoginAnswer,
  LoginResult,
  RecheckAnswer,
} from "../../shared/authContract";
import { createCachedClient, createFreshClient } from "./cloudtak/cachedClient";
import { createCloudTakClient } from "./cloudtak/client";
import { createSigningSecret } from "./crypto/signingSecret";
import { decisionDeadlineMs, loginDeadlineMs, withDeadline } from "./deadline";
import type { AuthContext } from "./decision/authContext";
import { decide } from "./decision/decide";
import { readAuthRequest, readLogin, readRunning } from "./decision/parseRequest";
import { collectPartial } from "./decision/partialResults";
import { recheck } from "./decision/recheck";
import { login } from "./decision/sharedLogin";
import type { Environment } from "./environment";
import { readEvent } from "./event";
import { listLeases } from "./listLeases";
import { logDecisions, logLeases, logLogin, logRecheck } from "./log";
import { UndecidedError } from "./undecidedError";

export type Answer = DecideAnswer | LoginAnswer | RecheckAnswer | LeasesAnswer;
export type Handler = (event: unknown) => Promise<Answer>;

type Within = <T>(part: Promise<T>) => Promise<T>;

/** The Lambda handler. Rejects only for a malformed event; every question of an event gets a decision. */
export function createHandler(environment: Environment): Handler {
  const { authMode, insecurePorts } = environment;
  const secret = createSigningSecret(environment.signingSecretArn, Date.now);
  const cloudtak = createCloudTakClient(
    environment.cloudtakUrl,
    environment.cloudtakCaCertificates,
    secret,
    Date.now,
  );
  const cached = createCachedClient(cloudtak, Date.now);
  const context: AuthContext = {
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
          const asked = { ...context, mayRefreshSecret };
          return { decisions: await decideBatch(asked, questions, within), insecurePorts };
        }
        case "login":
          return {
            logins: await Promise.all(event.logins.map((one) => logIn(context, one, within))),
          };
        case "recheck": {
          const { mayRefreshSecret } = event;
          const fresh = {
            ...context,
            mayRefreshSecret,
            cloudtak: createFreshClient(cloudtak, cached, Date.now),
          };
          const again = event.sessions.map((one) => recheckSession(fresh, one, within));
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

interface Outcome {
  readonly decision: Decision;
  /** Why it is undecided. */
  readonly detail?: string;
}

interface Answered extends Outcome {
  readonly question: AuthRequest | null;
  readonly durationMs: number;
}

/** A decision that is still pending is logged with the later event that returns it. */
async function decideBatch(
  context: AuthContext,
  questions: readonly unknown[],
  within: Within,
): Promise<(Decision | null)[]> {
  const answers = await collectPartial(questions.map((value) => decideOne(context, value, within)));
  logDecisions(answers.filter((answered) => answered !== null));
  return answers.map((answered) => answered?.decision ?? null);
}

async function decideOne(context: AuthContext, value: unknown, within: Within): Promise<Answered> {
  const startedAtMs = performance.now();
  const question = readAuthRequest(value);
  const outcome = await outcomeOf(question && within(decide(context, question)));
  return { question, ...outcome, durationMs: performance.now() - startedAtMs };
}

async function logIn(context: AuthContext, value: unknown, within: Within): Promise<LoginResult> {
  const startedAtMs = performance.now();
  const request = readLogin(value);
  const durationMs = () => performance.now() - startedAtMs;
  try {
    const result = request
      ? await within(login(context, request))
      : ({ reason: "malformed" } as const);
    logLogin({ request, result, durationMs: durationMs() });
    return result;
  } catch (error) {
    const result = { reason: "undecided" } as const;
    logLogin({ request, result, detail: detailOf(error), durationMs: durationMs() });
    return result;
  }
}

async function recheckSession(
  context: AuthContext,
  value: unknown,
  within: Within,
): Promise<Decision> {
  const running = readRunning(value);
  const outcome = await outcomeOf(running && within(recheck(context, running)));
  logRecheck({ running, ...outcome });
  return outcome.decision;
}

/** Null is malformed. */
async function outcomeOf(decision: Promise<Decision> | null): Promise<Outcome> {
  if (!decision) return { decision: { allow: false, reason: "malformed" } };
  try {
    return { decision: await decision };
  } catch (error) {
    return { decision: { allow: false, reason: "undecided" }, detail: detailOf(error) };
  }
}

/** The message of an unexpected error may hold a secret, so only its name is logged. */
function detailOf(error: unknown): string {
  if (error instanceof UndecidedError) return error.message;
  return `internal error: ${error instanceof Error ? error.name : typeof error}`;
}
