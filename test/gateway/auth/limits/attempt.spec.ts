import assert from "node:assert/strict";
import { attemptOf } from "../../../../gateway/auth/limits/attempt";
import { readCredential } from "../../../../lambda/auth/decision/credential";
import type { AuthRequest } from "../../../../shared/authContract";
import { question } from "../../support/fakeLambda";

const jwt = [{ alg: "none" }, { internal: true }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
  .concat("signature")
  .join(".");
const ownerOf = (user: string) => attemptOf(question({ user }))?.owner;

describe("try at a password", () => {
  it("has one owner in all spellings of a user's name", () => {
    for (const user of [
      "Ada@Example.org",
      "ada%40example.org",
      " ada@example.org ",
      "ADA%2540example.org",
    ]) {
      assert.equal(ownerOf(user), ownerOf("ada@example.org"), user);
    }
    assert.notEqual(ownerOf("eve"), ownerOf("ada"));
  });

  it("has one owner in all names that lead to a lease", () => {
    for (const user of ["write7", "read07", "write0000007"]) {
      assert.equal(ownerOf(user), ownerOf("read7"), user);
    }
    assert.notEqual(ownerOf("read70"), ownerOf("read7"));
    assert.equal(attemptOf(question({ user: "read7" }))?.isLease, true);
    assert.equal(attemptOf(question({ user: "Read7" }))?.isLease, false);
  });

  it("has one password in all spellings", () => {
    const passwordOf = (password: string) => attemptOf(question({ password }))?.password;
    for (const spelling of ["p%2540ss+w", "p%40ss+w", "p@ss%20w", "p%40ss%2Bw"]) {
      assert.equal(passwordOf(spelling), passwordOf("p@ss w"), spelling);
    }
    assert.notEqual(passwordOf("p@ssw"), passwordOf("p@ss w"));
  });

  const others: Partial<AuthRequest>[] = [
    { user: "", password: "", token: "x" },
    { user: "", password: "" },
    { user: "ada", password: "" },
    { user: "", password: "x" },
    { user: "management", password: "x" },
    { user: "ada", password: jwt },
    { user: "ada", password: "a.b.c" },
    { user: "ada", password: `etl.${jwt}` },
    { user: "ada", password: "x" },
    { user: "read7", password: "x" },
    { user: "ada", password: "x", token: "x" },
  ];
  it("is whatever the auth function takes for user and password", () => {
    for (const part of others) {
      const asked = question(part);
      const credential = readCredential(asked);
      const isPassword = typeof credential === "object" && credential.kind === "password";
      assert.equal(attemptOf(asked) !== undefined, isPassword, JSON.stringify(part));
    }
  });

  it("holds neither user nor password", () => {
    const attempt = attemptOf(question({ user: "canary-user", password: "canary-password" }));
    assert.doesNotMatch(JSON.stringify(attempt), /canary/);
  });
});
