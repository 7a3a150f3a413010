import {
  type AuthRequest,
  admitsAnonymous,
  type Decision,
  leaseIdOf,
  type Refuse,
} from "../../../shared/authContract";
import type { CloudTak } from "../cloudtak/client";
import { fingerprint } from "../crypto/keys";
import { type SealedCredential, unseal } from "../crypto/sealedHandle";
import { verifyManagement } from "../crypto/tokens";
import type { AuthContext } from "./authContext";
import { type Credential, readCredential } from "./credential";
import { type Grant, refuse, sealDecision } from "./grant";
import { withLogin } from "./sharedLogin";
import { decideAnonymous, decideByLease, decideForUser } from "./streamAccess";
import { type UserCredential, withUserSession } from "./userSession";

/** Decides a well-formed question. Rejects with UndecidedError when CloudTAK cannot be asked. */
export async function decide(context: AuthContext, question: AuthRequest): Promise<Decision> {
  const credential = readCredential(question);
  if (typeof credential === "string") return refuse(credential);
  const nowMs = context.now();
  const cloudtak = withLogin(context.cloudtak, await loginOf(context, question), nowMs);
  const grant = await findGrant({ ...context, cloudtak }, question, credential, nowMs);
  return sealDecision(await context.secret.keys(), question.action, grant, nowMs, context.now());
}

/** The login that came with a question; null where it has none, or one of another signing secret. */
async function loginOf(
  { secret }: AuthContext,
  { login }: AuthRequest,
): Promise<SealedCredential | null> {
  return login === undefined ? null : (unseal(await secret.keys(), login)?.credential ?? null);
}

async function findGrant(
  context: AuthContext,
  question: AuthRequest,
  credential: Credential,
  nowMs: number,
): Promise<Grant | Refuse> {
  if (credential.kind === "management")
    return decideManagement(context, question, credential.token);
  if (credential.kind === "none") {
    return admitsAnonymous(context.authMode, question.action)
      ? decideAnonymous(context.cloudtak, question, nowMs)
      : refuse("bad-credentials");
  }
  if (question.action === "api") return decideApi(context.cloudtak, credential);
  if (credential.kind === "password") {
    const { user, password } = credential;
    const leaseId = leaseIdOf(user);
    if (leaseId !== null) {
      const pair = fingerprint(await context.secret.keys(), user, password);
      return decideByLease(context.cloudtak, question, leaseId, pair, nowMs);
    }
  }
  return decideForUser(context.cloudtak, question, credential, nowMs);
}

/** CloudTAK's own calls to the media server's API. Nothing of CloudTAK's streams under this name. */
async function decideManagement(
  { secret, mayRefreshSecret, now }: AuthContext,
  { action }: AuthRequest,
  token: string,
): Promise<Grant | Refuse> {
  const keys = await secret.keys();
  let valid = await verifyManagement(keys, token, now());
  if (!valid && mayRefreshSecret && (await secret.refresh(keys))) {
    valid = await verifyManagement(await secret.keys(), token, now());
  }
  if (!valid) return refuse("bad-credentials");
  if (action !== "api") return refuse("not-permitted", { subject: "management" });
  return {
    path: "",
    leaseId: null,
    subject: "management",
    admin: true,
    credential: { kind: "management", token },
    limitsMs: [valid.expiresAtMs],
  };
}

/** Any user may sign in to the API; what an administrator may do there besides is the gateway's matter. */
async function decideApi(cloudtak: CloudTak, credential: UserCredential): Promise<Grant | Refuse> {
  const asked = await withUserSession(cloudtak, credential, ({ token }) => cloudtak.profile(token));
  if (typeof asked === "string") return refuse(asked);
  const { session, answer: profile } = asked;
  return {
    path: "",
    leaseId: null,
    subject: `user:${profile.username}`,
    admin: profile.admin,
    credential: session.sealed,
    limitsMs: [session.expiresAtMs],
  };
}
