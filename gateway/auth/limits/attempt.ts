import { isToken } from "../../../lambda/auth/crypto/tokens";
import { type AuthRequest, leaseIdOf } from "../../../shared/authContract";
import { decodeUriComponent } from "../../../shared/parse";
import { digest } from "../digest";
import { addressKey } from "./addressKey";

/** A try at a password. All but the address are digests: no credential is kept. */
export interface Attempt {
  /** Stands for user and password as they are. */
  readonly credential: string;
  /** Whose password is tried, in one spelling: a user's or a lease's. */
  readonly owner: string;
  /** See {@link addressKey}. */
  readonly address: string | undefined;
  /** The password in one spelling. */
  readonly password: string;
  /** Whether it is the credentials of a lease, which need no login. */
  readonly isLease: boolean;
}

/** Stands for what a client shows to prove who it is; undefined when it shows nothing. */
export const credentialKey = ({ user, password, token }: AuthRequest): string | undefined =>
  user === "" && password === "" && token === ""
    ? undefined
    : digest(["credential", user, password, token]);

/**
 * The try at a password that a question is; undefined when it shows a token or nothing. As the auth function reads a
 * question: what is taken for a token here must be one there.
 */
export function attemptOf(question: AuthRequest): Attempt | undefined {
  const { user, password, token, address } = question;
  const credential = credentialKey(question);
  if (credential === undefined || token !== "" || user === "" || password === "") return undefined;
  if (user === "management" || isToken(password)) return undefined;
  const leaseId = leaseIdOf(user);
  const owner = leaseId === null ? `user:${nameInOneSpelling(user)}` : `lease:${leaseId}`;
  return {
    credential,
    owner: digest(["owner", owner]),
    address: addressKey(address),
    password: digest(["password", owner, decoded(password)]),
    isLease: leaseId !== null,
  };
}

/** Directories behind TAK Server compare names without regard to case and to spaces. */
const nameInOneSpelling = (user: string): string =>
  decoded(user).normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

/** One spelling for all that percent-encoding and `+` for a space can make of a text. */
function decoded(text: string): string {
  let current = text;
  for (let round = 0; round < 4; round++) {
    const spaced = current.replaceAll("+", " ");
    const next = decodeUriComponent(spaced) ?? spaced;
    if (next === current) return current;
    current = next;
  }
  return current;
}
