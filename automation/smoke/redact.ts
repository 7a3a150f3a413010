import type { Credentials } from "./context";

/** Text without the credentials, plain or as they stand in URLs. */
export function redact(text: string, { user, password, srtPassphrase }: Credentials): string {
  const secrets = [password, srtPassphrase, user].filter(
    (secret) => secret !== undefined && secret !== "",
  );
  const written = secrets.flatMap((secret) => [
    secret as string,
    encodeURIComponent(secret as string),
  ]);
  // The longest first: one may be part of another.
  return [...new Set(written)]
    .sort((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, "<redacted>"), text);
}
