import assert from "node:assert/strict";
import crypto from "node:crypto";
import { mock } from "node:test";
import fc from "fast-check";
import { matchesLease, parseLease } from "../../../../lambda/auth/cloudtak/lease";
import { deriveKeys, fingerprint } from "../../../../lambda/auth/crypto/keys";
import { isToken, userClaims } from "../../../../lambda/auth/crypto/tokens";
import { readCredential } from "../../../../lambda/auth/decision/credential";
import { question } from "../authFunction";

const keys = deriveKeys("secret");
const row = {
  id: 3,
  name: "n",
  path: "p",
  expiration: null,
  recording: false,
  proxy: null,
  stream_user: "write3",
  stream_pass: "w",
  read_user: "read3",
  read_pass: "r",
};

describe("credential", () => {
  it("is one, or none, whatever a client sends", () => {
    const any = fc.oneof(fc.constant(""), fc.string({ unit: "binary" }));
    fc.assert(
      fc.property(any, any, any, (user, password, token) => {
        const credential = readCredential(question({ user, password, token }));
        if (token !== "" && (user !== "" || password !== "")) {
          assert.equal(credential, "malformed");
        } else if (typeof credential === "object" && credential.kind === "password") {
          assert.deepEqual(credential, { kind: "password", user, password });
        }
      }),
    );
  });

  it("a password with dots is no token", () => {
    for (const password of ["a.b.c", "etl.a.b.c", "...", "eyJ9.eyJ9.x", "1.2.3"]) {
      assert.equal(isToken(password), false, password);
      const credential = readCredential(question({ user: "u", password }));
      assert.deepEqual(credential, { kind: "password", user: "u", password });
    }
  });

  it("a token is the whole text, nothing before, after or within it", () => {
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.c2ln";
    assert.equal(isToken(jwt), true);
    assert.equal(isToken(`etl.${jwt}`), true);
    for (const text of [` ${jwt}`, `${jwt} x`, `${jwt}\n`, `etl.etl.${jwt}`, `${jwt}.x`]) {
      assert.equal(isToken(text), false, text);
    }
  });

  it("claims of a user are read only from text that is a JWT", () => {
    fc.assert(fc.property(fc.string(), (text) => userClaims(text) === null));
  });
});

describe("lease credentials", () => {
  afterEach(() => mock.restoreAll());

  it("open only with the pair of the action", () => {
    const lease = parseLease(keys, row);
    assert.ok(lease);
    const read = fingerprint(keys, "read3", "r");
    const publish = fingerprint(keys, "write3", "w");
    assert.deepEqual(
      (["publish", "read", "playback"] as const).map((action) => [
        matchesLease(lease, action, publish),
        matchesLease(lease, action, read),
      ]),
      [
        [true, false],
        [false, true],
        [false, true],
      ],
    );
  });

  it("do not open by shifting the border between name and password", () => {
    const lease = parseLease(keys, row);
    assert.ok(lease);
    assert.equal(matchesLease(lease, "read", fingerprint(keys, "read", "3r")), false);
  });

  it("half a pair opens for nobody", () => {
    for (const half of [
      { read_user: null },
      { read_user: "" },
      { read_pass: null },
      { read_pass: "" },
    ]) {
      const lease = parseLease(keys, { ...row, ...half });
      assert.ok(lease);
      const user = half.read_user === undefined ? "read3" : "";
      const password = half.read_pass === undefined ? "r" : "";
      assert.equal(matchesLease(lease, "read", fingerprint(keys, user, password)), false);
    }
  });

  it("are kept and compared as digests, in constant time", () => {
    const compare = mock.method(crypto, "timingSafeEqual");
    const lease = parseLease(keys, row);
    assert.ok(lease);
    for (const guess of ["r", "x", "a much longer guess"]) {
      matchesLease(lease, "read", fingerprint(keys, "read3", guess));
    }
    assert.deepEqual(
      compare.mock.calls.map(({ arguments: [a, b] }) => [a.byteLength, b.byteLength]),
      [
        [32, 32],
        [32, 32],
        [32, 32],
      ],
    );
    const { id, name, owner, path, expiresAtMs, recording, proxy } = lease;
    const { open, readPair, publishPair } = lease;
    assert.deepEqual(lease, {
      id,
      name,
      owner,
      path,
      expiresAtMs,
      recording,
      proxy,
      open,
      readPair,
      publishPair,
    });
  });
});
