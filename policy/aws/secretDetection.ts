/**
 * Names of variables that hold a secret, not where a secret is: `CLOUDTAK_SIGNING_SECRET_ARN`, `PUBLIC_KEY` and
 * `TOKEN_URL` point to one or are public.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/);
  if (/^(ARN|ARNS|ID|NAME|URL|URI|PATH|FILE|HEADER)$/.test(words.at(-1) ?? "")) return false;
  if (words.includes("PUBLIC")) return false;
  return words.some((word) =>
    /^(SECRETS?|PASS|\w*PASSWORD|PASSPHRASE|PASSWD|TOKEN|\w*KEY)$/.test(word),
  );
}

/** Values that are keys whatever their name: AWS access keys, private keys, JSON Web Tokens, GitHub tokens. */
export const isKeyShaped = (value: string): boolean =>
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.|\bgh[pousr]_\w{30,}/.test(
    value,
  );
