import assert from "node:assert/strict";
import { readEnvironment } from "../../../lambda/auth/environment";
import { handler } from "../../../lambda/auth/index";
import { caCertificate } from "../../caCertificate";
import { secretArn, setEnvironment } from "./authFunction";

const good = {
  CLOUDTAK_URL: "https://map.example.org",
  CLOUDTAK_SIGNING_SECRET_ARN: secretArn,
  AUTH_MODE: "strict",
  ENABLE_INSECURE_PORTS: "false",
};

describe("environment of the auth function", () => {
  it("is read", () => {
    assert.deepEqual(readEnvironment(good), {
      cloudtakUrl: new URL("https://map.example.org"),
      signingSecretArn: secretArn,
      authMode: "strict",
      insecurePorts: false,
    });
    assert.equal(readEnvironment({ ...good, ENABLE_INSECURE_PORTS: "true" }).insecurePorts, true);
  });

  it("may name authorities besides the public ones", () => {
    const read = readEnvironment({ ...good, CLOUDTAK_CA_CERTIFICATES: caCertificate });
    assert.equal(read.cloudtakCaCertificates, caCertificate);
  });

  for (const url of [
    "https://map.example.org:8443/",
    "http://127.0.0.1:5000",
    "http://[::1]:1",
    "http://localhost",
  ]) {
    it(`takes CLOUDTAK_URL ${url}`, () => {
      assert.equal(
        readEnvironment({ ...good, CLOUDTAK_URL: url }).cloudtakUrl.href,
        new URL(url).href,
      );
    });
  }

  const bad = [
    "",
    "map.example.org",
    "http://map.example.org",
    "ftp://map.example.org",
    "https://map.example.org/api",
    "https://map.example.org/?a",
    "https://map.example.org/#a",
  ];
  for (const url of bad) {
    it(`refuses CLOUDTAK_URL "${url}" and shows it`, () => {
      assert.throws(
        () => readEnvironment({ ...good, CLOUDTAK_URL: url }),
        (error: Error) =>
          error.message.startsWith(
            `bad environment of the auth function: "CLOUDTAK_URL" is "${url}"; allowed: https://`,
          ),
      );
    });
  }

  it("does not show credentials in an address", () => {
    assert.throws(
      () => readEnvironment({ ...good, CLOUDTAK_URL: "https://user:canary@map.example.org" }),
      (error: Error) => /credentials/.test(error.message) && !error.message.includes("canary"),
    );
  });

  it("tells all faults at once", () => {
    assert.throws(
      () => readEnvironment({ CLOUDTAK_SIGNING_SECRET_ARN: "my-secret" }),
      (error: Error) =>
        /"CLOUDTAK_URL" is "".*"CLOUDTAK_SIGNING_SECRET_ARN" is "my-secret"; allowed: the ARN/.test(
          error.message,
        ) &&
        /"AUTH_MODE" is ""; allowed: strict, open-read, compatible; set the stack's/.test(
          error.message,
        ) &&
        /"ENABLE_INSECURE_PORTS" is ""; allowed: true, false; set the/.test(error.message),
    );
  });

  it("the handler's first event tells the faults", async () => {
    const restore = setEnvironment({ CLOUDTAK_URL: "nowhere", CLOUDTAK_SIGNING_SECRET_ARN: "" });
    try {
      await assert.rejects(
        handler({ operation: "decide", questions: [] }),
        /"CLOUDTAK_URL" is "nowhere"/,
      );
    } finally {
      restore();
    }
  });
});
