import {
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";

/** CloudTAK's SigningSecret and what is derived from it: one purpose, one key. */
export interface Keys {
  /** The SigningSecret itself, UTF-8, as CloudTAK uses it for HS256. */
  readonly signing: Uint8Array;
  /** AES-256 key of the sealed handles. */
  readonly seal: Uint8Array;
  /** HMAC key of the fingerprints of lease credentials. */
  readonly fingerprint: KeyObject;
}

export function deriveKeys(signingSecret: string): Keys {
  const derive = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", signingSecret, "", `tak-media-infra ${purpose}`, 32));
  return {
    signing: new TextEncoder().encode(signingSecret),
    seal: derive("sealed handle"),
    fingerprint: createSecretKey(derive("credential fingerprint")),
  };
}

/** Lives and dies with what it is made for. */
export const randomKey = (): KeyObject => createSecretKey(randomBytes(32));

/** HMAC-SHA-256 over a list of texts: no two lists collide by moving a border between their parts. */
export function hmac(key: KeyObject, parts: readonly string[]): Buffer {
  return createHmac("sha256", key).update(JSON.stringify(parts)).digest();
}

/** Stands for a user name and password wherever the pair itself must not be kept. */
export function fingerprint(keys: Keys, user: string, password: string): Buffer {
  return hmac(keys.fingerprint, [user, password]);
}

/** Takes the same time wherever the two differ; both are 32 bytes. */
export const sameFingerprint = (a: Buffer, b: Buffer): boolean => timingSafeEqual(a, b);
