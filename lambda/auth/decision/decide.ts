import {
  type AuthMode,
  admitsAnonymous,
  type Decision,
  leaseIdOf,
  type Question,
  type Refuse,
} from "../../../shared/authContract";
import type { CloudTak } from "../cloudtak/client";
import { fingerprint } from "../crypto/keys";
import { type SealedCredential, unseal } from "../crypto/sealedHandle";
import type { SigningSecret } from "../crypto/signingSecret";
import { verifyManagement } from "../crypto/tokens";
import { type Credential, readCredential } from "./credential";
import { conclude, type Grant, refuse } from "./grant";
import { withLogin } from "./sharedLogin";
import { decideAnonymous, decideByLease, decideForUser } from "./streamAccess";
import { askAs, type UserCredential } from "./userSession";

export interface Judge {
  readonly cloudtak: CloudTak;
  readonly secret: SigningSecret;
  readonly authMode: AuthMode;
  /** Whether a management token or handle of a wrong signature is a reason to read the signing secret again. */
  readonly mayRefreshSecret: boolean;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Decides a well-formed question. Rejects with Undecided when CloudTAK cannot be asked. */
export async function decide(judge: Judge, question: Question): Promise<Decision> {
  const credential = readCredential(question);
  if (typeof credential === "string") return refuse(credential);
  const nowMs = judge.now();
  const cloudtak = withLogin(judge.cloudtak, await loginOf(judge, question), nowMs);
  const grant = await findGrant({ ...judge, cloudtak }, question, credential, nowMs);
  return conclude(await judge.secret.keys(), question.action, grant, nowMs, judge.now());
}

/** The login that came with a question; null where it has none, or one of another signing secret. */
async function loginOf({ secret }: Judge, { login }: Question): Promise<SealedCredential | null> {
  return login === undefined ? null : (unseal(await secret.keys(), login)?.credential ?? null);
}

async function findGrant(
  judge: Judge,
  question: Question,
  credential: Credential,
  nowMs: number,
): Promise<Grant | Refuse> {
  if (credential.kind === "management") return decideManagement(judge, question, credential.token);
  if (credential.kind === "none") {
    return admitsAnonymous(judge.authMode, question.action)
      ? decideAnonymous(judge.cloudtak, question, nowMs)
      : refuse("bad-credentials");
  }
  if (question.action === "api") return decideApi(judge.cloudtak, credential);
  if (credential.kind === "password") {
    const { user, password } = credential;
    const leaseId = leaseIdOf(user);
    if (leaseId !== null) {
      const pair = fingerprint(await judge.secret.keys(), user, password);
      return decideByLease(judge.cloudtak, question, leaseId, pair, nowMs);
    }
  }
  return decideForUser(judge.cloudtak, question, credential, nowMs);
}

/** CloudTAK's own calls to the media server's API. Nothing of CloudTAK's streams under this name. */
async function decideManagement(
  { secret, mayRefreshSecret, now }: Judge,
  { action }: Question,
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
  const asked = await askAs(cloudtak, credential, ({ token }) => cloudtak.profile(token));
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
