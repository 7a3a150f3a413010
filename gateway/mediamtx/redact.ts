/** As MediaMTX itself shows the passwords of its configuration. */
export const redacted = "<redacted>";

/** `query` holds tickets, commands may hold anything; the rest says so by its name. */
const secretKey = /^query$|^runOn|pass|secret|token/i;

/** Addresses with a scheme: sources, forward destinations and the auth hook, all possibly with a login. */
const isAddress = (text: string): boolean => text.includes("://");

/**
 * Takes the secrets out of an API answer, in place, for long lists are copied for nothing else. Empty strings stay: that
 * nothing is set is no secret. Returns the answer.
 */
export function redact(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    return value !== "" && (isAddress(value) || secretKey.test(key)) ? redacted : value;
  }
  if (typeof value !== "object" || value === null) return value;
  const isList = Array.isArray(value);
  const fields = value as Record<string, unknown>;
  for (const name of Object.keys(fields)) {
    const item = fields[name];
    const shown = redact(item, isList ? key : name);
    if (shown !== item) fields[name] = shown;
  }
  return value;
}
