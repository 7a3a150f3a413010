import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { aws } from "../../../../local/providers/aws";
import { type Properties, plain, secret, unknown } from "../../../../local/providers/engine/wire";
import { tls } from "../../../../local/providers/tls";
import { type Deployed, Provider } from "../client";
import { tokens } from "../fixtures";

const keyToken = "tls:index/privateKey:PrivateKey";
const certToken = "tls:index/selfSignedCert:SelfSignedCert";

describe("the local tls provider", () => {
  let provider: Provider;
  before(async () => {
    provider = await Provider.start(tls, {});
  });
  after(() => provider.stop());

  const certOf = (key: Deployed, change: Properties = {}) => ({
    privateKeyPem: key.outputs.privateKeyPem,
    validityPeriodHours: 24,
    allowedUses: ["key_encipherment", "digital_signature", "server_auth"],
    dnsNames: ["localhost", "media.test"],
    ipAddresses: ["127.0.0.1", "::1"],
    subject: { commonName: "media.test", organization: "TAK" },
    ...change,
  });

  const algorithms: [string, Properties, string][] = [
    ["RSA", {}, "rsa"],
    ["ECDSA", { ecdsaCurve: "P256" }, "ec"],
    ["ECDSA", { ecdsaCurve: "P384" }, "ec"],
    ["ED25519", {}, "ed25519"],
  ];
  for (const [algorithm, change, type] of algorithms) {
    it(`makes an ${algorithm} key and a certificate that matches it ${JSON.stringify(change)}`, async () => {
      const key = await provider.deploy(keyToken, "key", { algorithm, ...change });
      const pem = String(plain(key.outputs.privateKeyPem));
      assert.deepEqual(key.outputs.privateKeyPem, secret(pem));
      const privateKey = createPrivateKey(pem);
      assert.equal(privateKey.asymmetricKeyType, type);
      assert.ok(createPublicKey(key.outputs.publicKeyPem).equals(createPublicKey(privateKey)));
      assert.ok(createPrivateKey(String(plain(key.outputs.privateKeyPemPkcs8))).equals(privateKey));

      const cert = await provider.deploy(certToken, "cert", certOf(key));
      const parsed = new X509Certificate(cert.outputs.certPem);
      assert.ok(parsed.checkPrivateKey(privateKey));
      assert.ok(parsed.verify(parsed.publicKey));
      assert.equal(cert.outputs.keyAlgorithm, algorithm);
    });
  }

  it("puts names, addresses, uses and validity into the certificate", async () => {
    const key = await provider.deploy(keyToken, "key", { algorithm: "RSA" });
    const cert = await provider.deploy(certToken, "cert", certOf(key));
    const parsed = new X509Certificate(cert.outputs.certPem);
    assert.equal(
      parsed.subjectAltName,
      "DNS:localhost, DNS:media.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
    );
    assert.equal(parsed.subject, "CN=media.test\nO=TAK");
    assert.equal(parsed.ca, false);
    assert.deepEqual(parsed.keyUsage, ["1.3.6.1.5.5.7.3.1"]);
    const [from, to] = [cert.outputs.validityStartTime, cert.outputs.validityEndTime].map(
      Date.parse,
    );
    assert.equal(Date.parse(parsed.validFrom), from);
    assert.equal(Date.parse(parsed.validTo), to);
    assert.equal((to as number) - (from as number), 24 * 3_600_000);
    assert.deepEqual(cert.outputs.privateKeyPem, key.outputs.privateKeyPem);
  });

  it("marks a certificate authority and its key identifiers", async () => {
    const key = await provider.deploy(keyToken, "key", { algorithm: "RSA" });
    const cert = await provider.deploy(
      certToken,
      "ca",
      certOf(key, {
        isCaCertificate: true,
        setSubjectKeyId: true,
        setAuthorityKeyId: true,
        allowedUses: ["cert_signing"],
      }),
    );
    const parsed = new X509Certificate(cert.outputs.certPem);
    assert.equal(parsed.ca, true);
    assert.ok(parsed.checkIssued(parsed));
  });

  it("makes nothing in a preview", async () => {
    const { inputs } = await provider.check(keyToken, "key", { algorithm: "RSA" });
    const { outputs } = await provider.create(keyToken, "key", inputs, true);
    assert.deepEqual(
      [outputs.privateKeyPem, outputs.publicKeyPem, outputs.rsaBits],
      [unknown, unknown, 2048],
    );
  });

  it("replaces a certificate whose renewal is due, and no other", async () => {
    const key = await provider.deploy(keyToken, "key", { algorithm: "RSA" });
    const inputs = certOf(key);
    const cert = await provider.deploy(certToken, "cert", inputs);
    assert.equal((await provider.diff(cert, inputs)).changed, false);
    const due = await provider.diff(cert, { ...inputs, earlyRenewalHours: 48 });
    assert.deepEqual(due.replaces, ["readyForRenewal"]);
  });

  it("refuses unknown algorithms, uses and a missing key", async () => {
    const key = await provider.check(keyToken, "key", { algorithm: "DSA", rsaBits: 100 });
    assert.match(key.faults.join("\n"), /algorithm: .*"DSA".*\n.*rsaBits: .*1024 to 16384/);
    const cert = await provider.check(certToken, "cert", {
      allowedUses: ["serverAuth"],
      validityPeriodHours: 1,
    });
    assert.match(
      cert.faults.join("\n"),
      /privateKeyPem: .*\nallowedUses: .*"serverAuth" is not a key usage/,
    );
  });

  it("makes certificates that the local ACM imports, and mixed-up ones that it refuses", async () => {
    const [key, other] = await Promise.all(
      ["a", "b"].map((name) => provider.deploy(keyToken, name, { algorithm: "RSA" })),
    );
    const cert = await provider.deploy(certToken, "cert", certOf(key as Deployed));
    const account = await Provider.start(aws);
    try {
      const imported = await account.deploy(tokens.certificate, "c", {
        privateKey: (key as Deployed).outputs.privateKeyPem,
        certificateBody: cert.outputs.certPem,
      });
      assert.equal(imported.outputs.domainName, "media.test");
      assert.equal(imported.outputs.status, "ISSUED");
      assert.deepEqual(imported.outputs.privateKey, (key as Deployed).outputs.privateKeyPem);
      const { faults } = await account.check(tokens.certificate, "c", {
        privateKey: (other as Deployed).outputs.privateKeyPem,
        certificateBody: cert.outputs.certPem,
      });
      assert.match(faults.join("\n"), /^privateKey: ValidationException: .*does not match/);
    } finally {
      account.stop();
    }
  });
});
