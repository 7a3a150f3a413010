import { leaseIdOf, type RefusalReason } from "../../../shared/authContract";
import type { CloudTak } from "../cloudtak/client";
import type { SealedCredential } from "../crypto/sealedHandle";
import type { Credential } from "./credential";
import { sealedLogin } from "./sharedLogin";

/** A user as CloudTAK knows it, with a token of that user. */
export interface UserSession {
  readonly token: string;
  readonly username: string;
  readonly admin: boolean;
  readonly expiresAtMs: number | null;
  readonly sealed: SealedCredential;
}

export type UserCredential = Extract<Credential, { kind: "token" | "password" }>;

/**
 * Calls CloudTAK with the user's token, logging the user in if needed. A session that CloudTAK no longer
 * accepts is replaced once by a new login. Names of lease credentials are never tried at login.
 */
export async function withUserSession<Answer extends object>(
  cloudtak: Pick<CloudTak, "login">,
  credential: UserCredential,
  ask: (session: UserSession) => Promise<Answer | RefusalReason>,
): Promise<{ session: UserSession; answer: Answer } | RefusalReason> {
  const session = await open();
  if (typeof session === "string") return session;
  const answer = await ask(session);
  if (typeof answer === "object") return { session, answer };
  if (answer !== "bad-credentials" || credential.kind === "token") return answer;

  const renewed = await open(session.token);
  if (typeof renewed === "string") return renewed;
  const second = await ask(renewed);
  return typeof second === "object" ? { session: renewed, answer: second } : second;

  async function open(stale?: string): Promise<UserSession | RefusalReason> {
    if (credential.kind === "token") {
      const { token, claims } = credential;
      return { ...claims, token, sealed: { kind: "token", token } };
    }
    if (leaseIdOf(credential.user) !== null) return "bad-credentials";
    const login = await cloudtak.login(credential, stale);
    if (typeof login === "string") return login;
    return { ...login, sealed: sealedLogin(credential, login) };
  }
}
