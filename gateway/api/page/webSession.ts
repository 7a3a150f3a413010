import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import * as z from "zod";
import type { Credentials } from "../../auth/credentials/credentials";
import { monotonicMs } from "../../process/monotonic";

const name = "__Host-tak-media";
const lifetimeSeconds = 12 * 3_600;
/** A cookie beyond this is dropped by browsers. */
const maxSealedLength = 3_800;

/** Ids of sessions that were ended, about 200 bytes each. */
const maxEnded = 100_000;

const Sealed = z.object({
  id: z.string(),
  user: z.string(),
  password: z.string(),
  token: z.string(),
  until: z.number(),
});

/**
 * Sessions of the web page. The cookie holds the credentials, sealed under a key that exists in this process only:
 * the gateway keeps no credential, and decides about them again with every call. It keeps the ids of ended sessions,
 * so that a copy of the cookie is void.
 */
export class WebSessions {
  readonly #key = randomBytes(32);
  readonly #ended = new LRUCache<string, true>({ max: maxEnded, ttl: lifetimeSeconds * 1_000 });

  /** The Set-Cookie value; undefined when the credentials are too long for a cookie. */
  open(credentials: Credentials): string | undefined {
    const until = monotonicMs() + lifetimeSeconds * 1_000;
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const text = JSON.stringify({ ...credentials, id: randomUUID(), until });
    const sealed = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
    const value = Buffer.concat(sealed).toString("base64url");
    return value.length > maxSealedLength ? undefined : cookie(value, lifetimeSeconds);
  }

  /** Ends the session of a Cookie header; the Set-Cookie value that takes it from the browser. */
  close(header: string | undefined): string {
    const sealed = this.#sealedIn(header);
    if (sealed) this.#ended.set(sealed.id, true);
    return cookie("", 0);
  }

  /** The credentials that a Cookie header carries; undefined when it has none, forged, expired or ended ones. */
  read(header: string | undefined): Credentials | undefined {
    const sealed = this.#sealedIn(header);
    if (!sealed || sealed.until <= monotonicMs() || this.#ended.has(sealed.id)) return undefined;
    const { user, password, token } = sealed;
    return { user, password, token };
  }

  #sealedIn(header: string | undefined): z.infer<typeof Sealed> | undefined {
    const value = header
      ?.split("; ")
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1);
    return Sealed.safeParse(this.#unseal(value ?? "")).data;
  }

  #unseal(value: string): unknown {
    try {
      const bytes = Buffer.from(value, "base64url");
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12), {
        authTagLength: 16,
      });
      decipher.setAuthTag(bytes.subarray(-16));
      const text = decipher.update(bytes.subarray(12, -16), undefined, "utf8");
      return JSON.parse(text + decipher.final("utf8"));
    } catch {
      return undefined;
    }
  }
}

/** `__Host-`: over TLS only, for this host and the whole of it. */
const cookie = (value: string, maxAgeSeconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; Secure; SameSite=Strict`;
