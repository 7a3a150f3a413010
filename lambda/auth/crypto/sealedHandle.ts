import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import type { Keys } from "./keys";

/**
 * What it takes to ask CloudTAK again about a running session. The gateway keeps this for as long as the
 * session lasts and cannot read it.
 */
const Content = z.object({
  v: z.literal(1),
  subject: z.string(),
  action: z.enum(["publish", "read", "playback", "api"]),
  /** Lease path, "" for action "api". */
  path: z.string(),
  /** Null for action "api". A new lease under an old path has another id. */
  leaseId: z.nullable(z.number()),
  credential: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("anonymous") }),
    z.object({ kind: z.literal("lease"), fingerprint: z.string() }),
    z.object({ kind: z.literal("token"), token: z.string() }),
    z.object({ kind: z.literal("management"), token: z.string() }),
    /** The token serves until `untilMs`; after that only a new login tells whether the password still holds. */
    z.object({
      kind: z.literal("login"),
      user: z.string(),
      password: z.string(),
      token: z.string(),
      untilMs: z.number(),
    }),
  ]),
  issuedAtMs: z.number(),
});
export type SealedContent = z.infer<typeof Content>;
export type SealedCredential = SealedContent["credential"];

const nonceBytes = 12;
const tagBytes = 16;

/** Base64url of nonce (12 bytes), AES-256-GCM ciphertext of the JSON, tag (16 bytes). */
export function seal(keys: Keys, content: SealedContent): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", keys.seal, nonce);
  const sealed = [nonce, cipher.update(JSON.stringify(content), "utf8"), cipher.final()];
  return Buffer.concat([...sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Null when the handle was altered, is not one of ours, or was sealed under another signing secret. */
export function unseal(keys: Keys, handle: string): SealedContent | null {
  const bytes = Buffer.from(handle, "base64url");
  if (bytes.length < nonceBytes + tagBytes) return null;
  const decipher = createDecipheriv("aes-256-gcm", keys.seal, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes, -tagBytes)),
      decipher.final(),
    ]).toString("utf8");
    return Content.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // The tag does not fit.
  }
}
