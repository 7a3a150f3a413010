import { type LoginRequest, type LoginResult, leaseIdOf } from "../../../shared/authContract";
import { type CloudTak, type Login, type LoginAttempt, loginLifetimeMs } from "../cloudtak/client";
import { type SealedCredential, seal } from "../crypto/sealedHandle";
import { userClaims } from "../crypto/tokens";
import type { AuthContext } from "./authContext";

/** Logs a user in. Rejects with UndecidedError when CloudTAK cannot be asked. */
export async function login(
  { cloudtak, secret, now }: AuthContext,
  { user, password }: LoginRequest,
): Promise<LoginResult> {
  if (leaseIdOf(user) !== null) return { reason: "bad-credentials" };
  const made = await cloudtak.login({ user, password });
  if (typeof made === "string") return { reason: made };
  const nowMs = now();
  const sealed = seal(await secret.keys(), {
    v: 1,
    subject: `user:${made.username}`,
    // Valid for no session.
    action: "api",
    path: "",
    leaseId: null,
    credential: sealedLogin({ user, password }, made),
    issuedAtMs: nowMs,
  });
  return { login: sealed, forMs: Math.max(0, made.untilMs - nowMs) };
}

export const sealedLogin = (
  { user, password }: LoginAttempt,
  { token, untilMs }: Login,
): SealedCredential => ({ kind: "login", user, password, token, untilMs });

/** Tolerated difference between the clocks of two instances. */
const clockMarginMs = 60_000;

/** A login that would outlive the longest lifetime was made before the clock was set back. */
function serves({ untilMs }: { untilMs: number }, nowMs: number): boolean {
  return nowMs < untilMs && untilMs <= nowMs + loginLifetimeMs + clockMarginMs;
}

/**
 * Reuses a login made earlier by any instance. It serves its own user and password until it ends; only then, or when
 * CloudTAK no longer accepts its token, the password is tried again.
 */
export function withLogin<T extends Pick<CloudTak, "login">>(
  cloudtak: T,
  sealed: SealedCredential | null,
  nowMs: number,
): T {
  const claims = sealed?.kind === "login" ? userClaims(sealed.token) : null;
  if (sealed?.kind !== "login" || !claims || !serves(sealed, nowMs)) return cloudtak;
  const { user, password, token, untilMs } = sealed;
  return {
    ...cloudtak,
    async login(attempt: LoginAttempt, stale?: string) {
      const isSame = attempt.user === user && attempt.password === password;
      return isSame && stale !== token
        ? { token, ...claims, untilMs }
        : cloudtak.login(attempt, stale);
    },
  };
}
