import assert from "node:assert/strict";
import { mock } from "node:test";
import { createHandler } from "../../../../lambda/auth/handler";
import type { AuthRequest, DecideAnswer, Decision } from "../../../../shared/authContract";
import { type AuthFunction, question, secretArn, startAuthFunction } from "../authFunction";
import { type RecordingProxy, startRecordingProxy } from "../recordingProxy";

/** Every question that the protocol servers make of a stream key whose parts stand in the wrong places. */
function misplacedParts(user: string, password: string, name: string): Partial<AuthRequest>[] {
  const parts = [user, password, name, ""];
  return parts.flatMap((first) =>
    parts.flatMap((second) =>
      parts.map((stream) => ({ stream, user: first, password: second, token: "" })),
    ),
  );
}

describe("auth function, malformed stream keys", () => {
  let auth: AuthFunction;
  let recordingProxy: RecordingProxy;
  beforeEach(async () => {
    auth = await startAuthFunction();
    recordingProxy = await startRecordingProxy(auth.cloudtak.url);
  });
  afterEach(async () => {
    await recordingProxy.close();
    await auth.close();
  });

  const keys: [string, Parameters<typeof misplacedParts>][] = [
    ["a user's password", ["test-user", "test-pass", "field-camera-01"]],
    ["the password of a lease", ["read3", "b93f1c", "secure-stream"]],
  ];
  for (const [title, key] of keys) {
    it(`${title} is in no URL, log or answer, in whatever order the parts come`, async () => {
      const decide = createHandler({
        cloudtakUrl: new URL(recordingProxy.url),
        signingSecretArn: secretArn,
        authMode: "strict",
        insecurePorts: false,
      });
      let log = "";
      const write = mock.method(process.stdout, "write", (text: string) => {
        log += text;
        return true;
      });
      try {
        const questions = misplacedParts(...key).map(question);
        const decisions: (Decision | null)[] = [];
        for (const one of questions) {
          const event = { operation: "decide", questions: [one] };
          decisions.push(...((await decide(event)) as DecideAnswer).decisions);
        }
        // The handle of an allow is sealed, and is no answer to a client.
        const answers = JSON.stringify(decisions, (name, value) =>
          name === "handle" ? "" : value,
        );
        const [, password] = key;
        assert.equal(decisions.length, 64);
        assert.equal(
          decisions.filter((decision) => decision?.allow).length,
          title.includes("lease") ? 1 : 0,
        );
        for (const [where, text] of Object.entries({
          urls: recordingProxy.seen.join("\n"),
          log,
          answers,
        })) {
          assert.notEqual(text, "", where);
          assert.equal(text.includes(password), false, `${where}: ${text}`);
        }
      } finally {
        write.mock.restore();
      }
    });
  }

  it("a name that stands in the place of the password reaches CloudTAK only as a password", async () => {
    const wrong = { user: "canary-name", password: "test-user", stream: "test-pass" };
    await auth.ask(wrong);
    assert.deepEqual(auth.cloudtak.routes(), ["POST /api/login"]);
  });

  it("a password that is said twice is malformed, and nobody is asked", async () => {
    for (const stream of ["test-pass", "live/test-pass", "test-pass/cam"]) {
      const decision = await auth.ask({ user: "test-user", password: "test-pass", stream });
      assert.deepEqual(decision, { allow: false, reason: "malformed" });
    }
    assert.deepEqual(auth.cloudtak.routes(), []);
  });
});
