import assert from "node:assert/strict";
import type { Registered } from "../../mocks";
import { arn, dev, devStack, ofType, one, prodStack } from "../program";

describe("certificate", () => {
  let resources: readonly Registered[];
  let prod: readonly Registered[];
  before(async () => {
    resources = await devStack();
    prod = await prodStack();
  });

  it("is self-signed for the load balancer's own name in dev", () => {
    const { inputs } = one(resources, "certificate-self-signed");
    assert.deepEqual(inputs.dnsNames, ["load-balancer-nlb.elb.ap-southeast-2.amazonaws.com"]);
    assert.deepEqual(inputs.subject, { commonName: "TAK-Dev-MediaInfra" });
    assert.equal(one(resources, "certificate-key").inputs.rsaBits, 2048);
  });

  it("never hands the private key over in clear", () => {
    const holders = resources.filter(({ inputs }) =>
      JSON.stringify(inputs).includes("the private key"),
    );
    assert.deepEqual(
      holders.map(({ name }) => name),
      ["certificate-self-signed", "certificate-acm"],
    );
    const isSecret = (value: unknown) =>
      JSON.stringify(value) ===
      '{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270","value":"the private key"}';
    assert.ok(isSecret(holders[0]?.inputs.privateKeyPem));
    assert.ok(isSecret(holders[1]?.inputs.privateKey));
  });

  it("is requested and validated in prod, and the listeners wait for the validation", () => {
    assert.deepEqual(one(prod, "certificate-validation-record").inputs, {
      zoneId: "Z0ZONE",
      name: "_proof.media.example.org",
      type: "CNAME",
      records: ["_value.acm-validations.aws"],
      ttl: 60,
      allowOverwrite: true,
    });
    const validation = one(prod, "certificate-validation");
    for (const listener of ofType(prod, "Listener")) {
      if (listener.inputs.protocol !== "TLS") continue;
      assert.ok(listener.dependencies.includes(validation.urn), listener.name);
    }
    assert.equal(ofType(prod, "SelfSignedCert").length, 0);
  });

  it("of one's own for a domain name comes with that name, which points to the load balancer", async () => {
    const certificateArn = arn("acm", "certificate/12345678-1234-1234-1234-123456789012");
    const named = await dev({
      certificateArn,
      domainName: "media.example.org",
      hostedZoneName: "example.org",
    });
    assert.deepEqual(
      ofType(named, "Certificate").filter(({ custom }) => custom),
      [],
    );
    const { aliases, ...record } = one(named, "load-balancer-alias").inputs;
    assert.deepEqual(record, { zoneId: "Z0ZONE", name: "media.example.org", type: "A" });
    assert.equal((aliases as unknown[]).length, 1);
    assert.equal(one(named, "load-balancer").outputs?.host, "media.example.org");
  });

  it("may be an existing one", async () => {
    const certificateArn = arn("acm", "certificate/12345678-1234-1234-1234-123456789012");
    const given = await dev({ certificateArn });
    assert.equal(ofType(given, "Certificate").filter(({ custom }) => custom).length, 0);
    const rtmp = ofType(given, "Listener").find(({ name }) => name === "listeners-rtmp");
    assert.equal(rtmp?.inputs.certificateArn, certificateArn);
  });
});
