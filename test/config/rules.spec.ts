import assert from "node:assert/strict";
import {
  certificateArn,
  clusterArn,
  dev,
  existingVpc,
  faultsOf,
  faultyKeys,
  kmsKeyArn,
  prod,
  secretArn,
} from "./samples";

describe("configuration values together", () => {
  const memory = (cpu: string, size: string) =>
    faultyKeys({ ...dev, mediamtxCpu: cpu, mediamtxMemory: size });

  for (const [cpu, size] of [
    ["256", "512"],
    ["256", "2048"],
    ["512", "4096"],
    ["1024", "8192"],
    ["2048", "16384"],
    ["4096", "30720"],
    ["8192", "61440"],
    ["16384", "122880"],
  ] as const) {
    it(`takes ${size} MiB with ${cpu} CPU units`, () => {
      assert.deepEqual(memory(cpu, size), []);
    });
  }
  for (const [cpu, size] of [
    ["256", "4096"],
    ["1024", "1024"],
    ["8192", "17408"],
  ] as const) {
    it(`refuses ${size} MiB with ${cpu} CPU units`, () => {
      assert.deepEqual(memory(cpu, size), ["mediamtxMemory"]);
    });
  }

  it("refuses prod without a certificate", () => {
    const { domainName: _, hostedZoneName: __, ...raw } = prod;
    assert.deepEqual(faultyKeys(raw), ["domainName"]);
  });

  it("refuses a domain name without its zone, and a zone without a domain name", () => {
    const { domainName, hostedZoneName, ...raw } = prod;
    assert.deepEqual(faultyKeys({ ...raw, domainName }), ["hostedZoneName"]);
    assert.deepEqual(faultyKeys({ ...raw, hostedZoneName }), ["domainName"]);
  });

  it("refuses a domain name outside of its zone", () => {
    assert.deepEqual(faultyKeys({ ...prod, domainName: "badexample.org" }), ["domainName"]);
    assert.deepEqual(faultyKeys({ ...prod, domainName: "example.org" }), []);
  });

  it("refuses two sources of the certificate", () => {
    assert.deepEqual(faultyKeys({ ...prod, certificateArn }), ["certificateArn"]);
  });

  it("refuses plain http to CloudTAK in prod", () => {
    assert.deepEqual(faultyKeys({ ...prod, cloudtakUrl: "http://127.0.0.1:5001" }), [
      "cloudtakUrl",
    ]);
  });

  it("refuses a task with a public address in prod", () => {
    assert.deepEqual(faultyKeys({ ...prod, natGateways: "None" }), ["natGateways"]);
  });

  it("allows enableInsecurePorts in prod, where the policy pack has the word", () => {
    assert.deepEqual(faultyKeys({ ...prod, enableInsecurePorts: "true" }), []);
  });

  it("refuses an existing VPC without subnets, and subnets without VPC", () => {
    const { vpcId, ...subnets } = existingVpc;
    assert.deepEqual(faultyKeys({ ...dev, vpcId }), ["publicSubnetIds", "privateSubnetIds"]);
    assert.deepEqual(faultyKeys({ ...dev, ...subnets }), ["publicSubnetIds", "privateSubnetIds"]);
  });

  it("refuses settings of a new VPC beside an existing one", () => {
    const raw = { vpcCidrBlock: "10.1.0.0/16", zones: "3", natGateways: "OnePerAz" };
    assert.deepEqual(faultyKeys({ ...dev, ...existingVpc, ...raw }), [
      "vpcCidrBlock",
      "zones",
      "natGateways",
    ]);
  });

  it("takes the defaults of a new VPC, which Pulumi fills in, beside an existing one", () => {
    const raw = { vpcCidrBlock: "10.0.0.0/16", zones: "2", natGateways: "Single" };
    assert.deepEqual(faultyKeys({ ...dev, ...existingVpc, ...raw }), []);
  });

  it("refuses what lies in another region than the deployment", () => {
    const raw = {
      environment: "dev",
      cloudtakUrl: "https://cloudtak.example.org",
      certificateArn,
      cloudtakSigningSecretArn: secretArn,
      cloudtakSigningSecretKmsKeyArn: kmsKeyArn,
      srtPassphraseSecretArn: secretArn,
      clusterArn,
      kmsKeyArn,
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    };
    const faults = faultsOf(raw, "dev", undefined, "eu-west-1");
    assert.deepEqual(
      faults.map(({ key }) => key),
      [
        "certificateArn",
        "cloudtakSigningSecretArn",
        "cloudtakSigningSecretKmsKeyArn",
        "srtPassphraseSecretArn",
        "clusterArn",
        "kmsKeyArn",
      ],
    );
    assert.equal(
      faults[4]?.text,
      "is in ap-southeast-2; allowed: one in eu-west-1, the region of aws:region; " +
        "pulumi config set aws:region ap-southeast-2, or choose another clusterArn",
    );
    assert.deepEqual(faultsOf(raw, "dev", undefined, "ap-southeast-2"), []);
  });

  it("says nothing twice about a key that is wrong by itself", () => {
    const raw = { ...prod, domainName: "Media", mediamtxCpu: "300", vpcId: "vpc" };
    assert.deepEqual(faultyKeys({ ...raw, publicSubnetIds: '["subnet-01234567"]' }), [
      "domainName",
      "mediamtxCpu",
      "vpcId",
    ]);
  });
});
