import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Access, Caller, Credentials } from "../../iam/access";

/**
 * The endpoint from which containers fetch their role's credentials
 * (AWS_CONTAINER_CREDENTIALS_FULL_URI with AWS_CONTAINER_AUTHORIZATION_TOKEN).
 */
export class CredentialsEndpoint {
  private readonly entries = new Map<string, { token: string; caller: Caller }>();

  constructor(private readonly access: Access) {}

  /** Gives a task its own path and the token that opens it. */
  open(caller: Caller): { path: string; token: string } {
    const path = `/v2/credentials/${caller.session}`;
    const token = randomBytes(32).toString("hex");
    this.entries.set(path, { token, caller });
    return { path, token };
  }

  close(session: string): void {
    this.entries.delete(`/v2/credentials/${session}`);
  }

  /** Fresh credentials, or undefined for a wrong path or token. */
  answer(path: string, authorization: string): Credentials | undefined {
    const entry = this.entries.get(path);
    if (!entry) return undefined;
    const [expected, given] = [Buffer.from(entry.token), Buffer.from(authorization)];
    return expected.length === given.length && timingSafeEqual(expected, given)
      ? this.access.issue(entry.caller)
      : undefined;
  }
}
