import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SmokeContext } from "./context";
import { handshake, isTls } from "./handshake";

/**
 * Calls `use` with the file of what FFmpeg is to trust: the local cloud's authority, or a stack's self-signed certificate, whose
 * name another check has judged. undefined: what this machine trusts.
 */
export async function withTrustedFile<T>(
  { local, settings, outputs }: SmokeContext,
  signal: AbortSignal,
  use: (file: string | undefined) => Promise<T>,
): Promise<T> {
  if (local !== undefined) return use(local.authority?.file);
  const url = Object.values(outputs.urls)
    .map((text) => new URL(text))
    .find(isTls);
  if (settings.certificate.kind !== "self-signed" || url === undefined) return use(undefined);
  const { certificate, isSelfSigned } = await handshake(
    { hostname: url.hostname, port: Number(url.port), local },
    signal,
  );
  if (!isSelfSigned) return use(undefined);
  const folder = mkdtempSync(join(tmpdir(), "smoke-"));
  try {
    const file = join(folder, "certificate.pem");
    writeFileSync(file, new X509Certificate(certificate.raw).toString());
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
