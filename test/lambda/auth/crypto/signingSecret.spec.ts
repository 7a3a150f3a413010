import assert from "node:assert/strict";
import { createSigningSecret } from "../../../../lambda/auth/crypto/signingSecret";
import { type Cloudtak, startCloudtak } from "../../../../local/cloudtak/server";
import {
  type AuthFunction,
  dataFile,
  question,
  secretArn,
  setEnvironment,
  signingSecret,
  startAuthFunction,
} from "../authFunction";
import { startFakeSecretsManager } from "../fakeSecretsManager";
import { outcome, testUser, user } from "../outcomes";

describe("auth function, signing secret", () => {
  let auth: AuthFunction;
  beforeEach(async () => {
    auth = await startAuthFunction();
  });
  afterEach(() => auth.close());

  it("is fetched once, by its ARN, for a burst of first questions", async () => {
    const questions = Array.from({ length: 50 }, (_, i) =>
      question({ ...testUser, stream: `s${i}` }),
    );
    await auth.send({ operation: "decide", questions });
    await auth.ask(testUser);
    assert.deepEqual(auth.secrets.calls, [{ SecretId: secretArn }]);
  });

  it("undecided while Secrets Manager refuses, right again afterwards", async () => {
    auth.secrets.secret = null;
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.match(
      auth.log[0] ?? "",
      /GetSecretValue of arn:aws:.* failed: AccessDeniedException: Access to KMS is not allowed"/,
    );
    auth.secrets.secret = signingSecret;
    assert.deepEqual(outcome(await auth.ask(testUser)), user("test-user", "test-stream"));
  });

  it("undecided, and not shown, while the answer cannot be read", async () => {
    auth.secrets.broken = true;
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.match(auth.log[0] ?? "", /GetSecretValue of arn:aws:.* failed: SyntaxError"/);
    assert.equal(auth.log.join("").includes(signingSecret), false);
    auth.secrets.broken = false;
    assert.deepEqual(outcome(await auth.ask(testUser)), user("test-user", "test-stream"));
  });

  it("undecided while the secret is empty", async () => {
    auth.secrets.secret = "";
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.match(auth.log[0] ?? "", /has no SecretString/);
  });

  it("another secret than CloudTAK's is told as such", async () => {
    auth.secrets.secret = "other";
    assert.equal(outcome(await auth.ask(testUser)), "undecided");
    assert.match(auth.log[0] ?? "", /does CLOUDTAK_SIGNING_SECRET_ARN name this CloudTAK's/);
    assert.equal(auth.secrets.calls.length, 1, "not refreshed within a minute");
  });
});

describe("signing secret", () => {
  it("is read again at most once a minute, and its change is seen by all who hold old keys", async () => {
    const secrets = await startFakeSecretsManager("first");
    const restore = setEnvironment({
      AWS_ENDPOINT_URL: secrets.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    try {
      let nowMs = 0;
      const secret = createSigningSecret(secretArn, () => nowMs);
      const first = await secret.keys();
      secrets.secret = "second";
      nowMs = 59_999;
      assert.equal(await secret.refresh(first), false);
      nowMs = 60_000;
      assert.deepEqual(await Promise.all([secret.refresh(first), secret.refresh(first)]), [
        true,
        true,
      ]);
      assert.equal(await secret.refresh(first), true, "already changed");
      assert.equal(secrets.calls.length, 2);
      assert.deepEqual((await secret.keys()).signing, new TextEncoder().encode("second"));
      nowMs = 120_000;
      assert.equal(await secret.refresh(await secret.keys()), false);
      assert.equal(secrets.calls.length, 3);
    } finally {
      restore();
      await secrets.close();
    }
  });

  it("is read again a minute later though the clock was set back by an hour", async () => {
    const secrets = await startFakeSecretsManager("first");
    const restore = setEnvironment({
      AWS_ENDPOINT_URL: secrets.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
    try {
      let nowMs = 3_600_000;
      let monotonicMs = 0;
      const secret = createSigningSecret(
        secretArn,
        () => nowMs,
        () => monotonicMs,
      );
      const first = await secret.keys();
      secrets.secret = "second";
      nowMs = 0;
      monotonicMs = 59_999;
      assert.equal(await secret.refresh(first), false);
      monotonicMs = 60_000;
      assert.equal(await secret.refresh(first), true);
    } finally {
      restore();
      await secrets.close();
    }
  });

  it("is not read again for what a client has forged unless the gateway permits it", async () => {
    const realNow = Date.now;
    let laterMs = 0;
    Date.now = () => realNow() + laterMs;
    const auth = await startAuthFunction();
    try {
      const forged = auth.cloudtak.tokens.sign({ internal: true, access: "media" }).slice(0, -2);
      const questions = [question({ action: "api", token: `${forged}AA` })];
      await auth.send({ operation: "decide", questions });
      for (let minute = 1; minute < 5; minute++) {
        laterMs = minute * 61_000;
        const [decision] = await auth.send({ operation: "decide", questions });
        assert.equal(outcome(decision ?? null), "bad-credentials");
      }
      assert.equal(auth.secrets.calls.length, 1);
      const sessions = [{ handle: "forged", action: "read", path: "test-stream" }];
      await auth.send({ operation: "recheck", sessions, handlesFromClients: true });
      assert.equal(auth.secrets.calls.length, 1);
      await auth.send({ operation: "decide", questions, mayRefreshSecret: true });
      assert.equal(auth.secrets.calls.length, 2);
    } finally {
      Date.now = realNow;
      await auth.close();
    }
  });

  it("a rotated secret is taken over without a refusal", async () => {
    const realNow = Date.now;
    let laterMs = 0;
    Date.now = () => realNow() + laterMs;
    const auth = await startAuthFunction();
    try {
      await auth.ask(testUser);
      await auth.ask({ action: "api", token: await media(auth.cloudtak) });
      const port = Number(new URL(auth.cloudtak.url).port);
      await auth.cloudtak.close();
      const rotated = await startCloudtak({ port, dataFile, signingSecret: "second" });
      try {
        auth.secrets.secret = "second";
        laterMs = 61_000;
        assert.deepEqual(outcome(await auth.ask(testUser)), user("test-user", "test-stream"));
        await rotated.close();
        auth.secrets.secret = "third";
        laterMs = 122_000;
        const third = await startCloudtak({ port: 0, dataFile, signingSecret: "third" });
        const token = await media(third);
        await third.close();
        assert.equal((await auth.ask({ action: "api", token })).allow, true);
        assert.equal(auth.secrets.calls.length, 3);
      } finally {
        await rotated.close();
      }
    } finally {
      Date.now = realNow;
      await auth.close();
    }
  });
});

const media = ({ tokens }: Cloudtak) => tokens.sign({ internal: true, access: "media" });
