import assert from "node:assert/strict";
import { parseConfig } from "../../../config";
import { subnetFaults } from "../../../config/checks/accountRules";
import { priorSubnet } from "../../../local/account/priorNetwork";
import { localStack, type StackFile } from "../../../local/cloud/localStack";
import { fidelityStacks } from "../../../local/commands/fidelity/fidelityStacks";
import { faultsOf } from "../../config/samples";
import { stackFileConfig, trackedStack } from "../../stackFile";

/** The account of local clouds, and where they deploy. */
const account = { accountId: "123456789012", partition: "aws" };

/** This project's keys, without namespace. */
const rawOf = (stack: StackFile): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stackFileConfig(stack)).flatMap(([key, value]) => {
      const [namespace, name = ""] = key.split(":");
      return namespace === "tak-media-infra" ? [[name, value]] : [];
    }),
  );

const settingsOf = (file: StackFile, stack: string) => {
  const region = String(file.config?.["aws:region"]);
  return parseConfig(rawOf(file), stack, new Set(), { ...account, region });
};

const cloudtakKeys = ["cloudtakUrl", "cloudtakSigningSecretArn"];

describe("a tracked stack file", () => {
  for (const [stack, missing] of [
    ["dev", cloudtakKeys],
    ["prod", [...cloudtakKeys, "domainName", "hostedZoneName"]],
  ] as const) {
    it(`of ${stack} lacks what is its user's own: one message names all of it with the commands`, () => {
      const faults = faultsOf(rawOf(trackedStack(stack)), stack);
      assert.deepEqual(
        faults.map(({ key }) => key),
        missing,
      );
      for (const { key, text } of faults) {
        assert.match(text, new RegExp(`^is not set; .*; pulumi config set (--plaintext )?${key} `));
      }
    });

    it(`of ${stack} names nothing of an account`, () => {
      assert.doesNotMatch(JSON.stringify(trackedStack(stack)), /arn:|\d{12}|https?:/);
    });

    it(`of ${stack} is complete as a local cloud has it`, () => {
      assert.equal(settingsOf(localStack(trackedStack(stack)), stack).environment, stack);
    });
  }
});

describe("a stack whose graph is validated", () => {
  for (const [stack, config] of Object.entries(fidelityStacks())) {
    it(`has a configuration without faults: ${stack}`, () => {
      assert.doesNotThrow(() => settingsOf({ config }, stack));
    });
  }
});

describe("a stack file in a local cloud", () => {
  const other = "999988887777";
  const arn = (service: string, resource: string, region = "us-gov-west-1") =>
    `arn:aws-us-gov:${service}:${region}:${other}:${resource}`;
  const named = {
    environment: "prod",
    cloudtakUrl: "https://cloudtak.agency.gov",
    cloudtakSigningSecretArn: arn("secretsmanager", "secret:signing-AbCdEf"),
    cloudtakSigningSecretKmsKeyArn: arn("kms", "key/12345678-1234-1234-1234-123456789012"),
    srtPassphraseSecretArn: arn("secretsmanager", "secret:srt-AbCdEf"),
    certificateArn: arn("acm", "certificate/12345678-1234-1234-1234-123456789012"),
    clusterArn: arn("ecs", "cluster/video"),
    kmsKeyArn: arn("kms", "key/12345678-1234-1234-1234-123456789012"),
    permissionsBoundaryArn: arn("iam", "policy/boundary", ""),
    gatewayImage: `${other}.dkr.ecr.us-gov-west-1.amazonaws.com/gateway:1.0.0`,
  };
  const stackFile = (values: Readonly<Record<string, unknown>>, region = "us-gov-west-1") => ({
    config: {
      "aws:region": region,
      ...Object.fromEntries(
        Object.entries(values).map(([name, value]) => [`tak-media-infra:${name}`, value]),
      ),
    },
  });

  it("has its user's ARNs in the local account, and all else as it was set", () => {
    const settings = settingsOf(localStack(stackFile(named)), "prod");
    assert.equal(settings.cloudtakUrl, named.cloudtakUrl);
    assert.equal(settings.gatewayImage, named.gatewayImage);
    assert.deepEqual(settings.certificate, {
      kind: "existing",
      arn: named.certificateArn
        .replace(/^arn:aws-us-gov/, "arn:aws")
        .replace(other, "123456789012"),
    });
  });

  it("has its user's VPC in the local account, with subnets whose zones agree", () => {
    const subnet = (end: string) => `subnet-0a1b2c3d4e5f6${end}`;
    const network = {
      vpcId: "vpc-0fedcba9876543210",
      publicSubnetIds: ["1111", "2222", "3333"].map(subnet),
      privateSubnetIds: ["4444", "5555", "6666", "7777"].map(subnet),
    };
    const { network: local } = settingsOf(localStack(stackFile({ ...named, ...network })), "prod");
    assert.ok(local.kind === "existing");
    const ids = [...local.publicSubnetIds, ...local.privateSubnetIds];
    assert.deepEqual([local.publicSubnetIds.length, new Set(ids).size], [3, 7]);
    const zoneType = "availability-zone";
    const subnets = new Map(
      ids.map((id) => [id, { zoneType, ...priorSubnet(id, "us-gov-west-1") }]),
    );
    assert.deepEqual(subnetFaults(local, subnets), []);
    const ranges = [...subnets.values()].map(({ cidrBlock }) => cidrBlock);
    assert.equal(new Set(ranges).size, 7);
  });

  it("keeps a user's domain name, and is given no half of one", () => {
    const { certificateArn: _, ...rest } = named;
    const domain = { domainName: "media.agency.gov", hostedZoneName: "agency.gov" };
    const { certificate } = settingsOf(localStack(stackFile({ ...rest, ...domain })), "prod");
    assert.deepEqual(certificate, { kind: "requested", ...domain });
    const half = localStack(stackFile({ ...rest, domainName: "media.agency.gov" }));
    assert.deepEqual(
      faultsOf(rawOf(half), "prod").map(({ key }) => key),
      ["hostedZoneName"],
    );
  });

  it("reaches the stand-in for CloudTAK from dev, whatever its user has set", () => {
    const dev = { environment: "dev", cloudtakUrl: "https://cloudtak.agency.gov" };
    const { cloudtakUrl } = settingsOf(localStack(stackFile(dev)), "dev");
    assert.equal(cloudtakUrl, "http://127.0.0.1:5001");
  });

  it("is encrypted by the local backend, not by the user's", () => {
    const encrypted = { ...stackFile(named), encryptionsalt: "v1:salt", encryptedkey: "key" };
    assert.deepEqual(Object.keys(localStack(encrypted)), ["config"]);
  });
});
