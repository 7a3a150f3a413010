import { createSecretKey, type KeyObject, randomUUID } from "node:crypto";
import { type JwtPayload, sign, verify } from "jsonwebtoken";
import { ApiError } from "./errors";

export type UserAccess = "admin" | "agency" | "user";

/** The caller of a request, read from its bearer token. */
export type Caller =
  | { readonly kind: "user"; readonly email: string; readonly access: UserAccess }
  /** `exists`: the token is internal or has its row. */
  | { readonly kind: "resource"; readonly access: string; readonly exists: boolean };

/** A row of profile_tokens. */
export interface ProfileToken {
  readonly id: number;
  readonly name: string;
  readonly username: string;
  readonly token: string;
  readonly created: string;
  readonly updated: string;
}

const userAccesses: readonly string[] = ["admin", "agency", "user"];
const resourceAccesses = ["data", "layer", "import", "lease", "basemap", "connection", "media"];

const sessionSeconds = 16 * 3600;

/** Signs and checks every kind of token that CloudTAK has, with the rows on which their validity depends. */
export class Tokens {
  /** As a text, jsonwebtoken would try to read a private and a public key in it each time, for a millisecond each. */
  readonly #secret: KeyObject;
  /** Session id -> e-mail. */
  readonly #sessions = new Map<string, string>();
  readonly #resourceTokens = new Set<string>();
  #profileTokens: ProfileToken[] = [];
  #lastId = 0;
  /** How far CloudTAK's clock is ahead of this machine's. */
  clockAheadMs = 0;

  constructor(signingSecret: string) {
    this.#secret = createSecretKey(signingSecret, "utf8");
  }

  /** CloudTAK's clock, epoch milliseconds. */
  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  /** HS256 by jsonwebtoken, as CloudTAK signs; adding a row is left to the caller. */
  sign(claims: JwtPayload): string {
    return sign({ iat: Math.floor(this.now() / 1000), ...claims }, this.#secret);
  }

  /** As CloudTAK does it: no algorithm is named, so that jsonwebtoken takes any with HMAC; `exp` counts when there is one. */
  verify(jwt: string): JwtPayload {
    try {
      const clockTimestamp = Math.floor(this.now() / 1000);
      const claims = verify(jwt, this.#secret, { clockTimestamp });
      if (typeof claims === "object") return claims;
    } catch {
      // Any fault of the token.
    }
    throw new ApiError(401, "Invalid Token");
  }

  login(email: string, access: UserAccess): { token: string; session: string } {
    const session = randomUUID();
    this.#sessions.set(session, email);
    const exp = Math.floor(this.now() / 1000) + sessionSeconds;
    return { token: this.sign({ access, email, s: session, exp }), session };
  }

  endSessions(email: string): void {
    for (const [session, owner] of this.#sessions) {
      if (owner === email) this.#sessions.delete(session);
    }
  }

  addProfileToken(username: string, name: string): ProfileToken {
    const token = `etl.${this.sign({ id: username, access: "profile" })}`;
    const created = new Date().toISOString();
    const row = { id: ++this.#lastId, name, username, token, created, updated: created };
    this.#profileTokens.push(row);
    return row;
  }

  profileTokens(username: string): ProfileToken[] {
    return this.#profileTokens.filter((row) => row.username === username);
  }

  deleteProfileToken(id: number, username: string): void {
    const row = this.#profileTokens.find((candidate) => candidate.id === id);
    if (!row) throw new ApiError(404, "Item Not Found");
    if (row.username !== username) throw new ApiError(403, "You can only modify your own tokens");
    this.#profileTokens = this.#profileTokens.filter((candidate) => candidate !== row);
  }

  addResourceToken(access: string, id: number | string): string {
    const token = `etl.${this.sign({ access, id })}`;
    this.#resourceTokens.add(token);
    return token;
  }

  /** `accessOf` computes a user's access from the profile; it throws for unknown users. */
  read(token: string, accessOf: (username: string) => UserAccess): Caller {
    return token.startsWith("etl.") ? this.#readEtl(token, accessOf) : this.#readSession(token);
  }

  #readSession(token: string): Caller {
    const { email, access, s } = this.verify(token);
    if (typeof email !== "string" || !email) throw new ApiError(401, "Invalid Token");
    if (typeof access !== "string" || !access) throw new ApiError(401, "Invalid Token");
    if (!userAccesses.includes(access)) throw new ApiError(400, "Invalid User Access Value");
    // Tokens without a session are made by the server and have no row.
    if (typeof s === "string" && this.#sessions.get(s) !== email) {
      throw new ApiError(401, "Session does not exist");
    }
    return { kind: "user", email, access: access as UserAccess };
  }

  #readEtl(token: string, accessOf: (username: string) => UserAccess): Caller {
    const { access, id, internal } = this.verify(token.slice("etl.".length));
    if (typeof access !== "string" || !access) throw new ApiError(401, "Invalid Token");
    if (internal !== true && !id) throw new ApiError(401, "Invalid Token");
    if (access === "profile") {
      if (internal !== true && !this.#profileTokens.some((row) => row.token === token)) {
        throw new ApiError(401, "Token does not exist");
      }
      return { kind: "user", email: String(id), access: accessOf(String(id)) };
    }
    if (!resourceAccesses.includes(access)) {
      throw new ApiError(400, "Invalid Resource Access Value");
    }
    const exists = internal === true || this.#resourceTokens.has(token);
    return { kind: "resource", access, exists };
  }
}
