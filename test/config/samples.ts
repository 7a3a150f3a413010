import assert from "node:assert/strict";
import { ConfigError, parseConfig } from "../../config";
import type { AccountFacts } from "../../config/account";

export const secretArn = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:signing-AbCdEf";

export const passphraseSecretArn = secretArn.replace("signing", "passphrase");

export const certificateArn =
  "arn:aws:acm:ap-southeast-2:123456789012:certificate/12345678-1234-1234-1234-123456789012";

export const clusterArn = "arn:aws:ecs:ap-southeast-2:123456789012:cluster/TAK-Dev-ECSCluster";

export const kmsKeyArn =
  "arn:aws:kms:ap-southeast-2:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab";

export const dev = {
  environment: "dev",
  cloudtakUrl: "https://cloudtak.example.org",
  cloudtakSigningSecretArn: secretArn,
};
export const prod = {
  ...dev,
  environment: "prod",
  domainName: "media.example.org",
  hostedZoneName: "example.org",
};
export const existingVpc = {
  vpcId: "vpc-0123456789abcdef0",
  publicSubnetIds: '["subnet-0123456789abcdef0"]',
  privateSubnetIds: '["subnet-0123456789abcdef1","subnet-0123456789abcdef2"]',
};

export function faultsOf(
  raw: Record<string, string>,
  stack = "dev",
  secretKeys?: Set<string>,
  account?: AccountFacts,
) {
  try {
    parseConfig(raw, stack, secretKeys, account);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.faults.map(({ key, problem, allowed, remedy }) => ({
      key,
      text: `${problem}; ${allowed}; ${remedy}`,
    }));
  }
  return [];
}
export const faultyKeys = (raw: Record<string, string>, stack?: string) =>
  faultsOf(raw, stack).map(({ key }) => key);
