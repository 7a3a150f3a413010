import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Keys } from "./keys";

/** What a user's token says of itself. True only once CloudTAK has accepted that token. */
export interface UserClaims {
  readonly username: string;
  /** Session tokens of system administrators; API tokens do not say. */
  readonly admin: boolean;
  /** Null: without limit (API tokens). */
  readonly expiresAtMs: number | null;
}

/** CloudTAK's prefix of every token that is not a session or a media token. */
const prefix = "etl.";

/** How long CloudTAK may take our internal token; wide enough for two clocks that disagree. */
const internalTokenSeconds = 600;
const internalTokenReuseMs = 60_000;

/** Strict: the HTTP header must carry exactly the text whose claims are read here. */
const shape = /^(?:etl\.)?([\w-]+\.[\w-]+\.[\w-]+)$/;

/** The claims, unverified; null for anything that is not a JWT, with or without the "etl." prefix. */
function readClaims(token: string): JWTPayload | null {
  const jwt = shape.exec(token)?.[1];
  if (jwt === undefined) return null;
  try {
    decodeProtectedHeader(jwt);
    return decodeJwt(jwt);
  } catch {
    return null; // A part is not JSON.
  }
}

/** True for a JWT, so that a password that merely has dots stays a password. */
export const isToken = (text: string): boolean => readClaims(text) !== null;

/**
 * Claims of a session token or of an API token (`etl.` with access "profile"). Null for every other kind:
 * resource tokens see every lease and anyone who holds the secret can mint internal ones, so neither is
 * a client's credential.
 */
export function userClaims(token: string): UserClaims | null {
  const claims = readClaims(token);
  if (!claims || claims.internal !== undefined) return null;
  const expiresAtMs = claims.exp === undefined ? null : claims.exp * 1000;
  if (token.startsWith(prefix)) {
    return claims.access === "profile" && typeof claims.id === "string" && claims.id !== ""
      ? { username: claims.id, admin: false, expiresAtMs }
      : null;
  }
  return typeof claims.email === "string" &&
    claims.email !== "" &&
    ["admin", "agency", "user"].includes(claims.access as string)
    ? { username: claims.email, admin: claims.access === "admin", expiresAtMs }
    : null;
}

const isManagement = (claims: JWTPayload | null) =>
  claims?.internal === true && claims.access === "media";

/** True for what looks like CloudTAK's token for the media server; {@link verifyManagement} decides. */
export const looksLikeManagement = (token: string): boolean =>
  !token.startsWith(prefix) && isManagement(readClaims(token));

/** Null unless the token is CloudTAK's media token, signed with HS256 and not expired. */
export async function verifyManagement(
  keys: Keys,
  token: string,
  nowMs: number,
): Promise<{ expiresAtMs: number | null } | null> {
  try {
    const { payload } = await jwtVerify(token, keys.signing, {
      algorithms: ["HS256"],
      currentDate: new Date(nowMs),
    });
    if (!isManagement(payload)) return null;
    return { expiresAtMs: payload.exp === undefined ? null : payload.exp * 1000 };
  } catch {
    return null; // Not a JWT, another key or algorithm, expired.
  }
}

/** Gives {@link mintInternalToken}'s token, the same for a minute: each signature takes a turn in a pool of threads. */
export function internalTokens(): (keys: Keys, nowMs: number) => Promise<string> {
  let last: { keys: Keys; mintedAtMs: number; token: Promise<string> } | undefined;
  return (keys, nowMs) => {
    const ageMs = last ? nowMs - last.mintedAtMs : 0;
    if (last?.keys !== keys || ageMs < 0 || ageMs >= internalTokenReuseMs) {
      const minted = { keys, mintedAtMs: nowMs, token: mintInternalToken(keys, nowMs) };
      minted.token.catch(() => {
        if (last === minted) last = undefined;
      });
      last = minted;
    }
    return last.token;
  };
}

/** The internal token with which CloudTAK lets us read every lease. */
async function mintInternalToken(keys: Keys, nowMs: number): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  const jwt = await new SignJWT({ access: "lease", id: "any", internal: true })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + internalTokenSeconds)
    .sign(keys.signing);
  return prefix + jwt;
}
