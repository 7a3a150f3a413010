/** As MediaMTX itself shows the passwords of its configuration. */
export const redacted = "<redacted>";

/** `query` holds tickets, commands may hold anything; the rest says so by its name. */
const secretKey = /^query$|^runOn|pass|secret|token/i;

/** Addresses with a scheme: sources, forward destinations and the auth hook, all possibly with a login. */
const address = /:\/\//;

/** A copy of an API answer without secrets. Empty strings stay: that nothing is set is no secret. */
export function redact(value: unknown, key = ""): unknown {
  if (typeof value === "string") {
    return value !== "" && (secretKey.test(key) || address.test(value)) ? redacted : value;
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, redact(item, name)]),
  );
}
