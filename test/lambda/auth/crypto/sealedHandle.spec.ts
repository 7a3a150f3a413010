import assert from "node:assert/strict";
import fc from "fast-check";
import { deriveKeys, fingerprint } from "../../../../lambda/auth/crypto/keys";
import { type SealedContent, seal, unseal } from "../../../../lambda/auth/crypto/sealedHandle";
import { type AuthFunction, signingSecret, startAuthFunction } from "../authFunction";
import { read3, testUser } from "../outcomes";

const keys = deriveKeys(signingSecret);
const content: SealedContent = {
  v: 1,
  subject: "user:test-user",
  action: "read",
  path: "test-stream",
  leaseId: 1,
  credential: { kind: "token", token: "canary-token" },
  issuedAtMs: 1_000,
};

describe("sealed handle", () => {
  it("opens to what was sealed", () => {
    const plain = { noNullPrototype: true };
    const credential = fc.oneof(
      fc.record({ kind: fc.constant("lease" as const), fingerprint: fc.string() }, plain),
      fc.record({ kind: fc.constant("management" as const), token: fc.string() }, plain),
      fc.record(
        {
          kind: fc.constant("login" as const),
          user: fc.string(),
          password: fc.string(),
          token: fc.string(),
          untilMs: fc.nat(),
        },
        plain,
      ),
    );
    fc.assert(
      fc.property(credential, fc.string(), (sealed, subject) => {
        const whole = { ...content, subject, credential: sealed };
        assert.deepEqual(unseal(keys, seal(keys, whole)), whole);
      }),
    );
  });

  it("does not open when any bit is changed, cut off or added", () => {
    const bytes = Buffer.from(seal(keys, content), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      assert.equal(unseal(keys, altered.toString("base64url")), null);
    }
    for (let length = 0; length < bytes.length; length++) {
      assert.equal(unseal(keys, bytes.subarray(0, length).toString("base64url")), null);
    }
    const longer = Buffer.concat([bytes, Buffer.of(0)]).toString("base64url");
    assert.equal(unseal(keys, longer), null);
  });

  it("does not open under another secret", () => {
    assert.equal(unseal(deriveKeys("other"), seal(keys, content)), null);
  });

  it("differs each time and shows nothing of its content", () => {
    const handle = seal(keys, content);
    assert.notEqual(handle, seal(keys, content));
    assert.ok(!Buffer.from(handle, "base64url").includes("canary"));
  });

  describe("of a decision", () => {
    let auth: AuthFunction;
    beforeEach(async () => {
      auth = await startAuthFunction();
    });
    afterEach(() => auth.close());

    async function sealed(part: object) {
      const decision = await auth.ask(part);
      assert.ok(decision.allow);
      const opened = unseal(keys, decision.handle);
      assert.ok(opened);
      return opened;
    }

    it("holds a fingerprint in place of lease credentials", async () => {
      const { issuedAtMs, ...rest } = await sealed({ stream: "secure-stream", ...read3 });
      assert.ok(issuedAtMs > 0);
      assert.deepEqual(rest, {
        v: 1,
        subject: "lease:secure-stream",
        action: "read",
        path: "secure-stream",
        leaseId: 3,
        credential: {
          kind: "lease",
          fingerprint: fingerprint(keys, read3.user, read3.password).toString("base64url"),
        },
      });
    });

    it("holds what a new login takes, and the cached one with its end", async () => {
      const before = Date.now();
      const { credential } = await sealed(testUser);
      assert.ok(credential.kind === "login");
      const { token, untilMs, ...rest } = credential;
      assert.deepEqual(rest, { kind: "login", ...testUser });
      assert.equal(Math.round((untilMs - before) / 60_000), 9);
      assert.equal((await auth.ask({ token })).allow, true);
    });

    it("holds the token, and lease id null for the API", async () => {
      const { token } = auth.cloudtak.tokens.login("test-user", "user");
      const { issuedAtMs: _, ...rest } = await sealed({ action: "api", token });
      assert.deepEqual(rest, {
        v: 1,
        subject: "user:test-user",
        action: "api",
        path: "",
        leaseId: null,
        credential: { kind: "token", token },
      });
    });
  });
});
