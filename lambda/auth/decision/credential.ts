import type { AuthRequest, RefusalReason } from "../../../shared/authContract";
import type { LoginAttempt } from "../cloudtak/client";
import { isToken, looksLikeManagement, type UserClaims, userClaims } from "../crypto/tokens";

/** The single credential of a question. */
export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "management"; readonly token: string }
  | { readonly kind: "token"; readonly token: string; readonly claims: UserClaims }
  | ({ readonly kind: "password" } & LoginAttempt);

/**
 * The first rule that matches decides; a refusal reason if the question has no usable credential:
 * 1. a token beside a user name or password is refused, valid or not: a second credential cannot pass behind a check of
 *    the first;
 * 2. a token must be a user's token or CloudTAK's media token;
 * 3. nothing at all is "none"; a user without password or a password without user is refused, a token as
 *    password excepted;
 * 4. only the password of user "management" can be CloudTAK's media token;
 * 5. a password that is a JWT is that user's token; the user name beside it is ignored, the token
 *    names the user;
 * 6. anything else is user name and password.
 */
export function readCredential(question: AuthRequest): Credential | RefusalReason {
  const { user, password, token } = question;
  if (token !== "") {
    if (user !== "" || password !== "") return "malformed";
    return looksLikeManagement(token) ? { kind: "management", token } : readUserToken(token);
  }
  if (user === "" && password === "") return { kind: "none" };
  if (user === "management") return { kind: "management", token: password };
  if (isToken(password)) return readUserToken(password);
  if (user === "" || password === "") return "bad-credentials";
  return { kind: "password", user, password };
}

function readUserToken(token: string): Credential | RefusalReason {
  const claims = userClaims(token);
  return claims ? { kind: "token", token, claims } : "bad-credentials";
}
