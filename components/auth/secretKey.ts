import { getKeyOutput } from "@pulumi/aws/kms";
import { getSecretOutput } from "@pulumi/aws/secretsmanager";
import type * as pulumi from "@pulumi/pulumi";

/**
 * The customer managed key that encrypts a secret, which whoever reads the secret must be allowed to use; undefined
 * where the key that AWS manages for Secrets Manager does.
 */
export function secretKmsKeyArn(
  secretArn: pulumi.Input<string>,
  opts?: pulumi.InvokeOutputOptions,
): pulumi.Output<string | undefined> {
  const { kmsKeyId } = getSecretOutput({ arn: secretArn }, opts);
  return kmsKeyId.apply((keyId): pulumi.Input<string | undefined> => {
    if (keyId === "" || keyId.endsWith("alias/aws/secretsmanager")) return undefined;
    // The secret's owner may have named the key by id or alias; a policy takes its ARN only.
    return isKeyArn(keyId) ? keyId : getKeyOutput({ keyId }, opts).arn;
  }) as pulumi.Output<string | undefined>;
}

const isKeyArn = (keyId: string): boolean => /^arn:[^:]+:kms:[^:]+:\d+:key\//.test(keyId);
