import {
  admitsAnonymous,
  type Decision,
  type Refuse,
  type RunningSession,
} from "../../../shared/authContract";
import { matchesLease, refusalByState } from "../cloudtak/lease";
import { type SealedContent, type SealedCredential, unseal } from "../crypto/sealedHandle";
import { userClaims } from "../crypto/tokens";
import type { AuthContext } from "./authContext";
import { type Grant, refuse, sealDecision } from "./grant";
import { withLogin } from "./sharedLogin";
import { grantAnonymous, grantByLease, grantByUser } from "./streamAccess";
import { type UserCredential, withUserSession } from "./userSession";

/**
 * Decides whether a running session may continue: the same lease is still at the path, its state allows the action, and
 * the credentials that opened the session are still valid. `context.cloudtak` must be uncached. Rejects with
 * UndecidedError when CloudTAK cannot be asked.
 */
export async function recheck(context: AuthContext, running: RunningSession): Promise<Decision> {
  const content = await open(context, running);
  if (!content) return refuse("malformed");
  const keys = await context.secret.keys();
  const nowMs = context.now();
  const grant = await findGrant(context, content, nowMs);
  if (!("allow" in grant) && grant.subject !== content.subject) return refuse("bad-credentials");
  return sealDecision(keys, content.action, grant, nowMs, context.now());
}

/**
 * Running sessions get a fresh handle at least every minute. Older handles come from URLs of ended HLS sessions: a
 * leaked URL must not stay valid for ever.
 */
const maxHandleAgeMs = 24 * 3_600_000;

/**
 * Null for a handle that is too old, was not sealed by this function or belongs to another session. Rotating the
 * signing secret invalidates all handles: clients then connect again with their credentials.
 */
async function open(
  { secret, mayRefreshSecret, now }: AuthContext,
  running: RunningSession,
): Promise<SealedContent | null> {
  const keys = await secret.keys();
  let content = unseal(keys, running.handle);
  if (!content && mayRefreshSecret && (await secret.refresh(keys))) {
    content = unseal(await secret.keys(), running.handle);
  }
  if (content?.action !== running.action || content.path !== running.path) return null;
  return now() - content.issuedAtMs <= maxHandleAgeMs ? content : null;
}

async function findGrant(
  { cloudtak, authMode }: AuthContext,
  { action, path, leaseId, credential }: SealedContent,
  nowMs: number,
): Promise<Grant | Refuse> {
  const lease = await cloudtak.lease(path);
  if (!lease || lease.id !== leaseId) return refuse("no-lease");
  const refusal = refusalByState(lease, action, nowMs);
  if (refusal) return refuse(refusal);

  switch (credential.kind) {
    case "anonymous":
      return admitsAnonymous(authMode, action) && lease.open
        ? grantAnonymous(lease)
        : refuse("bad-credentials");
    case "lease": {
      const pair = Buffer.from(credential.fingerprint, "base64url");
      return matchesLease(lease, action, pair)
        ? grantByLease(lease, pair)
        : refuse("bad-credentials");
    }
    default: {
      const user = userCredential(credential);
      if (!user) return refuse("bad-credentials");
      const asked = await withUserSession(withLogin(cloudtak, credential, nowMs), user, (session) =>
        cloudtak.leaseAs(session.token, path),
      );
      return typeof asked === "string" ? refuse(asked) : grantByUser(asked.session, asked.answer);
    }
  }
}

type SealedUser = Extract<SealedCredential, { kind: "token" | "login" | "management" }>;

/** No stream runs under CloudTAK's management token. */
function userCredential(sealed: SealedUser): UserCredential | null {
  if (sealed.kind === "management") return null;
  if (sealed.kind === "login") {
    const { user, password } = sealed;
    return { kind: "password", user, password };
  }
  const claims = userClaims(sealed.token);
  return claims && { kind: "token", token: sealed.token, claims };
}
