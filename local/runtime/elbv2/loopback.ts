/** Everything that clients connect to binds here and nowhere else. */
export const loopbackAddresses = ["127.0.0.1", "::1"] as const;

/** The machine has no IPv6; 127.0.0.1 then serves alone. */
export const isMissingFamily = (address: string, error: unknown): boolean =>
  address === "::1" &&
  ["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"].includes((error as NodeJS.ErrnoException).code ?? "");
