import assert from "node:assert/strict";
import type { AuthRequest } from "../../../shared/authContract";
import { type AuthFunction, question, signingSecret, startAuthFunction } from "./authFunction";
import { observer, read3, testUser } from "./outcomes";

describe("auth function, log", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  it("an allow is one line that says who may do what where", async () => {
    await auth.ask(testUser);
    const { durationMs, ...line } = JSON.parse(auth.log[0] ?? "");
    assert.equal(typeof durationMs, "number");
    assert.deepEqual(line, {
      level: "info",
      msg: "allowed",
      action: "read",
      protocol: "rtsp",
      address: "192.0.2.7",
      subject: "user:test-user",
      path: "test-stream",
    });
    assert.equal(auth.log.length, 1);
  });

  it("a refusal is one line with its reason and nothing that the client sent", async () => {
    await auth.ask({ ...testUser, password: "canary" });
    const { durationMs: _, ...line } = JSON.parse(auth.log[0] ?? "");
    assert.deepEqual(line, {
      level: "info",
      msg: "refused",
      action: "read",
      protocol: "rtsp",
      address: "192.0.2.7",
      reason: "bad-credentials",
    });
  });

  const told: [string, Partial<AuthRequest>, object][] = [
    [
      "a user who may not",
      { ...testUser, stream: "field-camera-01" },
      { subject: "user:test-user", path: "field-camera-01", reason: "not-permitted" },
    ],
    [
      "a user, by a name",
      { ...testUser, stream: "twin-camera" },
      { subject: "user:test-user", path: "twin-camera", reason: "ambiguous-name" },
    ],
    [
      "a user with a stream that is none",
      { ...testUser, stream: "canary" },
      { subject: "user:test-user", reason: "no-lease" },
    ],
    [
      "a lease that has expired",
      { stream: "expired-stream", user: "read4", password: "7c2a9b" },
      { subject: "lease:expired-stream", path: "expired-stream", reason: "expired" },
    ],
    [
      "wrong credentials of the lease itself",
      { stream: "secure-stream", user: "read3", password: "wrong" },
      { reason: "bad-credentials" },
    ],
    [
      "credentials of another lease",
      { stream: "test-stream", ...read3 },
      { reason: "bad-credentials" },
    ],
  ];
  for (const [title, part, expected] of told) {
    it(`a refusal of ${title} says who and what, as far as it is known`, async () => {
      await auth.ask(part);
      const { subject, path, reason } = JSON.parse(auth.log[0] ?? "");
      assert.deepEqual(JSON.parse(JSON.stringify({ subject, path, reason })), expected);
    });
  }

  it("refusals of one event that say the same share a line with their count", async () => {
    const wrong = { user: "test-user", password: "wrong" };
    const same = Array.from({ length: 20 }, (_, n) => question({ ...wrong, stream: `cam${n}` }));
    const other = question({ ...wrong, address: "198.51.100.1" });
    await auth.send({ operation: "decide", questions: [...same, other, question(testUser)] });
    const told = auth.log.map((line) => JSON.parse(line));
    assert.deepEqual(
      told.map(({ msg, address, count }) => [msg, address, count]),
      [
        ["allowed", "192.0.2.7", undefined],
        ["refused", "192.0.2.7", 20],
        ["refused", "198.51.100.1", undefined],
      ],
    );
  });

  it("a malformed question is logged without anything of it", async () => {
    await auth.ask({ stream: "canary:key:name" });
    const { durationMs: _, ...line } = JSON.parse(auth.log[0] ?? "");
    assert.deepEqual(line, { level: "info", msg: "refused", reason: "malformed" });
  });

  it("no credential is ever in it, whatever happens", async () => {
    const { tokens } = auth.cloudtak;
    const session = tokens.login("test-user", "user").token;
    const api = tokens.addProfileToken("test-user", "drone").token;
    const media = tokens.sign({ internal: true, access: "media" });
    const questions = [
      testUser,
      observer,
      { ...read3, stream: "secure-stream" },
      { user: "canary-user", password: "canary-password" },
      { token: session },
      { token: api },
      { token: api, stream: "harbour-camera" },
      { password: session, stream: "field-camera-01" },
      { user: "management", password: media },
      { action: "api" as const, token: media },
      { action: "api" as const, ...testUser },
      { stream: session.slice(0, 250), ...testUser },
      { stream: "user:canary-password:name" },
    ];
    for (const mode of ["up", "down", "html", "error", "wrong-json", "redirect"] as const) {
      auth.cloudtak.setMode(mode);
      auth.restart();
      for (const part of questions) await auth.ask(part);
    }
    const text = auth.log.join("\n");
    assert.equal(auth.log.length, 6 * questions.length);
    const [header] = session.split(".");
    const secrets = ["test-pass", "observer-pass", "b93f1c", "canary", signingSecret, `${header}.`];
    assert.deepEqual(
      secrets.filter((secret) => text.includes(secret)),
      [],
    );
  });
});
