import assert from "node:assert/strict";
import type { AuthRequest, Decision, RefusalReason } from "../../../shared/authContract";
import type { AuthFunction } from "./authFunction";

export const testUser = { user: "test-user", password: "test-pass" };
export const observer = { user: "observer", password: "observer-pass" };
export const admin = { user: "admin", password: "admin-pass" };
export const read3 = { user: "read3", password: "b93f1c" };
export const write3 = { user: "write3", password: "4h2g7a" };

/** Path of the lease named harbour-camera. */
export const harbour = "7f0c2b4e-9d1a-4c53-8e6f-2a3b4c5d6e7f";

/** What a test expects of a decision: the reason, or whom it lets where. */
export type Outcome = RefusalReason | { path: string; subject: string; admin: boolean };
export type Row = [title: string, question: Partial<AuthRequest>, expected: Outcome];

export const user = (name: string, path: string, isAdmin = false): Outcome => ({
  path,
  subject: `user:${name}`,
  admin: isAdmin,
});
export const lease = (path: string): Outcome => ({ path, subject: `lease:${path}`, admin: false });

export function outcome(decision: Decision | null): Outcome {
  if (!decision) assert.fail("not decided yet");
  if (!decision.allow) return decision.reason;
  const { path, subject, admin: isAdmin } = decision;
  return { path, subject, admin: isAdmin };
}

/** One test per row. */
export function table(auth: () => AuthFunction, rows: Row[]): void {
  for (const [title, part, expected] of rows) {
    it(title, async () => {
      assert.deepEqual(outcome(await auth().ask(part)), expected);
    });
  }
}
