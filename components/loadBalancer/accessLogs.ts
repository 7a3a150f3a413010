import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";

export interface AccessLogsArgs {
  readonly logRetentionDays: number;
  /** Whether the bucket may be deleted with what is in it. */
  readonly protect: boolean;
  /** Key that encrypts the logs, in place of one of S3's own. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The private, encrypted bucket for the load balancer's access logs: one line per TLS connection. Objects go when
 * they are as old as logs may get. Elastic Load Balancing writes through the log delivery service.
 */
export class AccessLogs extends pulumi.ComponentResource {
  /** Of the bucket, once logs can be written into it. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: AccessLogsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:AccessLogs", name, {}, opts);

    const bucket = new s3.Bucket(
      `${name}-bucket`,
      { forceDestroy: !args.protect, tags: args.tags },
      { parent: this, protect: args.protect },
    );
    const of = { bucket: bucket.bucket };
    const block = new s3.BucketPublicAccessBlock(
      `${name}-public-access-block`,
      {
        ...of,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      { parent: this },
    );
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      { ...of, rules: [encryptionRule(args.kmsKeyArn)] },
      { parent: this },
    );
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        ...of,
        rules: [
          {
            id: "expire",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: args.logRetentionDays },
          },
        ],
      },
      { parent: this },
    );
    const account = getCallerIdentityOutput({}, { parent: this }).accountId;
    const policy = new s3.BucketPolicy(
      `${name}-policy`,
      {
        ...of,
        policy: pulumi
          .all([bucket.arn, account])
          .apply(([arn, accountId]) => JSON.stringify(bucketPolicy(arn, accountId))),
      },
      // S3 refuses two changes of a bucket's access at a time.
      { parent: this, dependsOn: [block] },
    );

    // A load balancer whose logs cannot be delivered is not made.
    this.bucket = pulumi.all([bucket.bucket, policy.id]).apply(([written]) => written);
    this.registerOutputs({ bucket: this.bucket });
  }
}

/** A bucket key saves a call of KMS for each object. */
const encryptionRule = (kmsMasterKeyId: string | undefined) =>
  kmsMasterKeyId === undefined
    ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
    : {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId },
        bucketKeyEnabled: true,
      };

/** Allows log delivery, and denies every request without TLS. */
const bucketPolicy = (arn: string, accountId: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: `${arn}/AWSLogs/${accountId}/*`,
      Condition: {
        StringEquals: {
          "s3:x-amz-acl": "bucket-owner-full-control",
          "aws:SourceAccount": accountId,
        },
      },
    },
    {
      Effect: "Allow",
      Principal: { Service: "delivery.logs.amazonaws.com" },
      Action: "s3:GetBucketAcl",
      Resource: arn,
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
    {
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [arn, `${arn}/*`],
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
  ],
});
