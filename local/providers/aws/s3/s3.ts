import type { Inventory } from "../../../account/accountStore";
import { AwsError } from "../../engine/awsError";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceType, ResourceTypes } from "../../engine/resourceType";
import { policyFailures } from "../iam/policyDocument";
import { names } from "../names";

export const bucketType = "aws:s3/bucket:Bucket";
export const bucketPolicyType = "aws:s3/bucketPolicy:BucketPolicy";
const blockType = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const encryptionType =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const lifecycleType = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** A configuration of one bucket, identified by the bucket's name. */
const partOfBucket = (
  type: keyof typeof inputNames,
  replaceOnChanges = "bucket",
): ResourceType => ({
  inputs: inputNames[type],
  replaceOnChanges,
  initialOutputs: (inputs) => ({ id: inputs.text("bucket") ?? "" }),
  validate: (inputs, inventory, self) => validateBucketPart(type, inputs, inventory, self?.id),
});

function validateBucketPart(
  type: string,
  inputs: Inputs,
  inventory: Inventory,
  own?: string,
): void {
  const bucket = inputs.text("bucket");
  if (!inventory.byId(bucketType, bucket)) {
    throw new AwsError("NoSuchBucket", `The specified bucket does not exist: ${bucket}`);
  }
  if (own === undefined && inventory.byId(type, bucket)) {
    throw new AwsError("OperationAborted", `bucket ${bucket} has a configuration of this kind`);
  }
}

/** Buckets and their configurations. The local cloud stores no objects. */
export const s3: ResourceTypes = {
  [bucketType]: {
    inputs: inputNames[bucketType],
    replaceOnChanges: "bucket bucketPrefix bucketNamespace",
    defaults: { forceDestroy: false },
    naming: names.bucket,
    initialOutputs: (inputs, account) => {
      const bucket =
        inputs.text("bucket") ?? `${inputs.text("bucketPrefix") ?? ""}${account.hex(26)}`;
      const domain = `${bucket}.s3.${account.region}.amazonaws.com`;
      return {
        id: bucket,
        bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucketDomainName: `${bucket}.s3.amazonaws.com`,
        bucketRegion: account.region,
        bucketRegionalDomainName: domain,
      };
    },
    validate: (inputs, inventory, self) => {
      const same = inventory.byId(bucketType, inputs.text("bucket"));
      if (same && same.arn !== self?.arn) {
        throw new AwsError("BucketAlreadyOwnedByYou", `you own bucket ${same.id} already`);
      }
    },
  },

  [bucketPolicyType]: {
    ...partOfBucket(bucketPolicyType),
    checkFailures: (inputs) => policyFailures(inputs, "policy", "resource"),
  },
  [blockType]: partOfBucket(blockType),
  [encryptionType]: partOfBucket(encryptionType, "bucket expectedBucketOwner"),
  [lifecycleType]: partOfBucket(lifecycleType, "bucket expectedBucketOwner"),
};
