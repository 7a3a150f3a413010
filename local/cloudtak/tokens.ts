import { randomUUID } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { ApiError } from "./errors";

export type UserAccess = "admin" | "agency" | "user";

/** Who makes a request, read from its bearer token. */
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

/** Mints and checks every kind of token that CloudTAK knows, with the rows that keep them alive. */
export class Tokens {
  readonly #secret: Uint8Array;
  /** Session id -> e-mail. */
  readonly #sessions = new Map<string, string>();
  readonly #resourceTokens = new Set<string>();
  #profileTokens: ProfileToken[] = [];
  #lastId = 0;
  /** How far CloudTAK's clock is ahead of this machine's. */
  clockAheadMs = 0;

  constructor(signingSecret: string) {
    this.#secret = new TextEncoder().encode(signingSecret);
  }

  /** CloudTAK's clock, epoch milliseconds. */
  now(): number {
    return Date.now() + this.clockAheadMs;
  }

  /** HS256 as CloudTAK signs; the rows are the caller's matter. */
  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuedAt(new Date(this.now()))
      .sign(this.#secret);
  }

  /** Algorithm not pinned within HMAC, `exp` checked when there is one, as jsonwebtoken does it. */
  async verify(jwt: string): Promise<JWTPayload> {
    const algorithms = ["HS256", "HS384", "HS512"];
    const currentDate = new Date(this.now());
    const { payload } = await jwtVerify(jwt, this.#secret, { algorithms, currentDate }).catch(
      () => {
        throw new ApiError(401, "Invalid Token");
      },
    );
    return payload;
  }

  async login(email: string, access: UserAccess): Promise<{ token: string; session: string }> {
    const session = randomUUID();
    this.#sessions.set(session, email);
    const exp = Math.floor(this.now() / 1000) + sessionSeconds;
    return { token: await this.sign({ access, email, s: session, exp }), session };
  }

  endSessions(email: string): void {
    for (const [session, owner] of this.#sessions) {
      if (owner === email) this.#sessions.delete(session);
    }
  }

  async addProfileToken(username: string, name: string): Promise<ProfileToken> {
    const token = `etl.${await this.sign({ id: username, access: "profile" })}`;
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

  async addResourceToken(access: string, id: number | string): Promise<string> {
    const token = `etl.${await this.sign({ access, id })}`;
    this.#resourceTokens.add(token);
    return token;
  }

  /** `accessOf` computes a user's access from the profile; it throws for unknown users. */
  async read(token: string, accessOf: (username: string) => UserAccess): Promise<Caller> {
    return token.startsWith("etl.") ? this.#readEtl(token, accessOf) : this.#readSession(token);
  }

  async #readSession(token: string): Promise<Caller> {
    const { email, access, s } = await this.verify(token);
    if (typeof email !== "string" || !email) throw new ApiError(401, "Invalid Token");
    if (typeof access !== "string" || !access) throw new ApiError(401, "Invalid Token");
    if (!userAccesses.includes(access)) throw new ApiError(400, "Invalid User Access Value");
    // Tokens without a session are made by the server and have no row.
    if (typeof s === "string" && this.#sessions.get(s) !== email) {
      throw new ApiError(401, "Session does not exist");
    }
    return { kind: "user", email, access: access as UserAccess };
  }

  async #readEtl(token: string, accessOf: (username: string) => UserAccess): Promise<Caller> {
    const { access, id, internal } = await this.verify(token.slice("etl.".length));
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
