import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { LocalPaths } from "./paths";

/**
 * The local Secrets Manager's values: each ARN that is asked for gets a random one once and keeps it. 48 hexadecimal
 * digits fit both uses, a signing secret and an SRT passphrase (10 to 79 characters).
 */
export function localSecret(paths: LocalPaths, arn: string): string {
  const values: Record<string, string> = existsSync(paths.secrets)
    ? JSON.parse(readFileSync(paths.secrets, "utf8"))
    : {};
  const known = values[arn];
  if (known) return known;
  const value = randomBytes(24).toString("hex");
  const unfinished = `${paths.secrets}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ ...values, [arn]: value }, null, 2), { mode: 0o600 });
  renameSync(unfinished, paths.secrets);
  return value;
}
