import assert from "node:assert/strict";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { IssuedCertificates } from "../../../../local/runtime/acm/issuedCertificates";

const versions = { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" } as const;
const names = ["media.example.com", "video.example.com"];

describe("a certificate that ACM has issued, in a local cloud", () => {
  it("is for all its names and no other, with a key of its own", async () => {
    const served = await new IssuedCertificates().serve({ names, ...versions });
    const certificate = new X509Certificate(served.certificate);
    assert.equal(certificate.subjectAltName, "DNS:media.example.com, DNS:video.example.com");
    assert.equal(certificate.checkHost("other.example.com"), undefined);
    assert.equal(certificate.ca, false);
    assert.ok(certificate.checkPrivateKey(createPrivateKey(served.key)));
    assert.ok(Date.parse(certificate.validFrom) < Date.now());
    assert.ok(Date.parse(certificate.validTo) > Date.now());
    assert.deepEqual(
      [served.minVersion, served.maxVersion],
      [versions.minVersion, versions.maxVersion],
    );
  });

  it("stays the same while the cloud runs", async () => {
    const certificates = new IssuedCertificates();
    const served = await certificates.serve({ names, ...versions });
    assert.deepEqual(await certificates.serve({ names, ...versions }), served);
    const other = await certificates.serve({ names: ["media.example.com"], ...versions });
    assert.notEqual(other.certificate, served.certificate);
  });
});
