/** Whom open leases admit; `lambda/auth/contract.ts` says what each means. */
export const authModes = ["strict", "open-read", "compatible"] as const;
export type AuthMode = (typeof authModes)[number];
