import assert from "node:assert/strict";
import { type ApiAuthorizer, signIn } from "../../../gateway/api/caller";
import type { GatewayDecision, Refusal } from "../../../gateway/auth/authorizer";
import { allow } from "../support/fakeLambda";

const credentials = { user: "ada", password: "p", token: "" };
const refused = (reason: Refusal["reason"]): GatewayDecision => ({ allow: false, reason });
const authorizer = (signedIn: GatewayDecision, seen = signedIn): ApiAuthorizer => ({
  signIn: async () => signedIn,
  authorizeRead: async () => seen,
});

describe("caller of the API", () => {
  const statuses: [Refusal["reason"], number][] = [
    ["bad-credentials", 401],
    ["no-lease", 404],
    ["malformed", 400],
    ["sso-enforced", 403],
    ["throttled", 429],
    ["undecided", 503],
  ];
  for (const [reason, status] of statuses) {
    it(`is answered ${status} when the sign-in is refused as "${reason}"`, async () => {
      const caller = await signIn(authorizer(refused(reason)), credentials, "192.0.2.1");
      assert.equal("status" in caller && caller.status, status);
    });
  }

  it("is told to come back where a stream cannot be asked about now", async () => {
    const caller = await signIn(authorizer(allow(), refused("throttled")), credentials, "");
    assert.ok("authorizeRead" in caller);
    const seen = await caller.authorizeRead("cam");
    assert.equal(typeof seen === "object" && seen.status, 429);
  });
});
