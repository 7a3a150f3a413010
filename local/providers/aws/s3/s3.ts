import type { Inventory } from "../../../account/accountStore";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import { Refusal, type ResourceType, type ResourceTypes } from "../../engine/resourceType";
import { policyFaults } from "../iam/policyDocument";
import { names } from "../names";

export const bucketType = "aws:s3/bucket:Bucket";
export const bucketPolicyType = "aws:s3/bucketPolicy:BucketPolicy";
const blockType = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const encryptionType =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const lifecycleType = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";

/** Something that belongs to one bucket and goes by its name. */
const partOfBucket = (type: keyof typeof inputNames, replaceOn = "bucket"): ResourceType => ({
  inputs: inputNames[type],
  replaceOn,
  identity: (inputs) => ({ id: inputs.text("bucket") ?? "" }),
  refuse: (inputs, inventory, self) => refuse(type, inputs, inventory, self?.id),
});

function refuse(type: string, inputs: Inputs, inventory: Inventory, own?: string): void {
  const bucket = inputs.text("bucket");
  if (!inventory.byId(bucketType, bucket)) {
    throw new Refusal("NoSuchBucket", `The specified bucket does not exist: ${bucket}`);
  }
  if (own === undefined && inventory.byId(type, bucket)) {
    throw new Refusal("OperationAborted", `bucket ${bucket} has a configuration of this kind`);
  }
}

/** Buckets and what is set on them. Nothing is stored in them here. */
export const s3: ResourceTypes = {
  [bucketType]: {
    inputs: inputNames[bucketType],
    replaceOn: "bucket bucketPrefix bucketNamespace",
    defaults: { forceDestroy: false },
    naming: names.bucket,
    identity: (inputs, account) => {
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
    refuse: (inputs, inventory, self) => {
      const same = inventory.byId(bucketType, inputs.text("bucket"));
      if (same && same.arn !== self?.arn) {
        throw new Refusal("BucketAlreadyOwnedByYou", `you own bucket ${same.id} already`);
      }
    },
  },

  [bucketPolicyType]: {
    ...partOfBucket(bucketPolicyType),
    faults: (inputs) => policyFaults(inputs, "policy", "resource"),
  },
  [blockType]: partOfBucket(blockType),
  [encryptionType]: partOfBucket(encryptionType, "bucket expectedBucketOwner"),
  [lifecycleType]: partOfBucket(lifecycleType, "bucket expectedBucketOwner"),
};
