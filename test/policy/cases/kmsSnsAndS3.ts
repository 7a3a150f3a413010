import { type CaseTable, inStack, on, resource, unknown } from "./case";

const key = "aws:kms/key:Key";
const secret = "aws:secretsmanager/secret:Secret";
const keyArn = "arn:aws:kms:us-east-1:123456789012:key/1";

const statement = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const text = (...statements: object[]) => ({ policy: JSON.stringify(statement(...statements)) });
const asObject = (...statements: object[]) => ({ policy: statement(...statements) });
const allow = (Principal: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: "*",
  Principal,
  ...more,
});
const account = { AWS: "arn:aws:iam::123456789012:root" };
const unreadable = [{ policy: "{" }, { policy: "7" }, { policy: JSON.stringify({ Version: "x" }) }];

const publicPrincipals = {
  bad: [text(allow("*")), text(allow({ AWS: "*" })), asObject(allow({ AWS: [account.AWS, "*"] }))],
  nearBad: [
    text(allow({ Service: "sns.amazonaws.com", AWS: "*" })),
    text(allow(account), allow("*")),
    text(allow(undefined, { NotPrincipal: account })),
    ...unreadable,
  ],
  unknown: [
    { policy: unknown.string },
    asObject(allow(unknown.string)),
    asObject(allow({ AWS: unknown.string })),
  ],
};

const theSecret = resource("secret", secret, { id: "secret-1" });
const rotation = (secretId: string, dependsOn: Record<string, string[]> = {}) =>
  resource("rotation", "aws:secretsmanager/secretRotation:SecretRotation", { secretId }, dependsOn);

const bucket = resource("bucket", "aws:s3/bucket:Bucket", { bucket: "logs" });
const oldBucket = resource("old", "aws:s3/bucketV2:BucketV2", { bucket: "logs" });
const blocked = {
  bucket: "logs",
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const block = (props: object, dependsOn: Record<string, string[]> = {}) =>
  resource("block", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", props, dependsOn);
const lifecycle = (name: string, dependsOn: Record<string, string[]> = {}) =>
  resource(
    "lifecycle",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    { bucket: name },
    dependsOn,
  );
const tlsOnly = (more: object = {}) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
  ...more,
});
const bucketPolicy = (props: object, dependsOn: Record<string, string[]> = {}) =>
  resource("policy", "aws:s3/bucketPolicy:BucketPolicy", { bucket: "logs", ...props }, dependsOn);

export const kmsSnsAndS3: CaseTable = {
  "kms-rotation": on(
    key,
    {},
    {
      good: [{ enableKeyRotation: true }, { customerMasterKeySpec: "RSA_2048" }],
      bad: [{}, { enableKeyRotation: false }],
      nearBad: [{ customerMasterKeySpec: "SYMMETRIC_DEFAULT" }],
      unknown: [{ enableKeyRotation: unknown.string }],
    },
  ),
  "kms-policy-principal": on(
    key,
    {},
    {
      good: [text(allow(account)), asObject(allow(account)), {}],
      nearGood: [
        text(allow("*", { Effect: "Deny" })),
        text(allow({ Service: "logs.amazonaws.com" })),
      ],
      ...publicPrincipals,
    },
  ),
  "secret-key": on(
    secret,
    {},
    {
      good: [{ kmsKeyId: keyArn }],
      bad: [{}],
      nearBad: [{ kmsKeyId: "alias/aws/secretsmanager" }],
      nearGood: [{ kmsKeyId: "alias/aws-secrets" }],
      unknown: [{ kmsKeyId: unknown.string }],
    },
  ),
  "secret-rotation": inStack({
    good: [[theSecret, rotation("secret-1")], []],
    bad: [[theSecret]],
    nearGood: [[theSecret, rotation(unknown.string, { secretId: ["secret"] })]],
    nearBad: [[theSecret, rotation("secret-2")]],
    unknown: [[theSecret, rotation(unknown.string)]],
  }),
  "one-way-doors": on(
    key,
    {},
    {
      good: [{}, { deletionWindowInDays: 30 }, [secret, { recoveryWindowInDays: 30 }]],
      bad: [{ deletionWindowInDays: 1 }, [secret, { recoveryWindowInDays: 0 }]],
      nearGood: [
        { deletionWindowInDays: 7 },
        [
          "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
          { rule: { defaultRetention: { mode: "GOVERNANCE" } } },
        ],
      ],
      nearBad: [
        { deletionWindowInDays: 6 },
        { bypassPolicyLockoutSafetyCheck: true },
        [
          "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
          { rule: { defaultRetention: { mode: "COMPLIANCE" } } },
        ],
      ],
      unknown: [
        { deletionWindowInDays: unknown.number },
        { bypassPolicyLockoutSafetyCheck: unknown.string },
      ],
    },
  ),
  "sns-encrypted": on(
    "aws:sns/topic:Topic",
    {},
    {
      good: [{ kmsMasterKeyId: keyArn }],
      bad: [{}],
      nearBad: [{ kmsMasterKeyId: "" }],
      unknown: [{ kmsMasterKeyId: unknown.string }],
    },
  ),
  "sns-policy": on(
    "aws:sns/topicPolicy:TopicPolicy",
    {},
    {
      good: [text(allow(account)), ["aws:sns/topic:Topic", {}]],
      nearGood: [
        text(allow("*", { Condition: { StringEquals: { "aws:SourceAccount": "1" } } })),
        text(allow("*", { Effect: "Deny" })),
      ],
      bad: [...publicPrincipals.bad, ["aws:sns/topic:Topic", text(allow("*"))]],
      nearBad: publicPrincipals.nearBad,
      unknown: publicPrincipals.unknown,
    },
  ),
  "bucket-public-access": inStack({
    good: [[bucket, block(blocked)], [oldBucket, block(blocked)], []],
    bad: [[bucket], [bucket, block({ ...blocked, blockPublicAcls: false })]],
    nearGood: [[bucket, block({ ...blocked, bucket: unknown.string }, { bucket: ["bucket"] })]],
    nearBad: [
      [bucket, block({ ...blocked, bucket: "other" })],
      [oldBucket],
      ...["blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].map((name) => [
        bucket,
        block({ ...blocked, [name]: undefined }),
      ]),
    ],
    unknown: [[bucket, block({ ...blocked, bucket: unknown.string })]],
  }),
  "bucket-tls": inStack({
    good: [
      [bucket, bucketPolicy(text(tlsOnly()))],
      [bucket, bucketPolicy(asObject(tlsOnly()))],
    ],
    bad: [[bucket], [bucket, bucketPolicy(text(tlsOnly({ Effect: "Allow" })))]],
    nearGood: [
      [bucket, bucketPolicy(text(tlsOnly({ Principal: { AWS: "*" }, Action: ["s3:Get*", "*"] })))],
      [
        bucket,
        bucketPolicy({ ...text(tlsOnly()), bucket: unknown.string }, { bucket: ["bucket"] }),
      ],
    ],
    nearBad: [
      [
        bucket,
        bucketPolicy(text(tlsOnly({ Condition: { Bool: { "aws:SecureTransport": "true" } } }))),
      ],
      [bucket, bucketPolicy(text(tlsOnly({ Action: "s3:Get*" })))],
      [bucket, bucketPolicy(text(tlsOnly({ Principal: account })))],
      [bucket, bucketPolicy({ ...text(tlsOnly()), bucket: "other" })],
      [bucket, bucketPolicy({ policy: "{" })],
    ],
    unknown: [[bucket, bucketPolicy({ policy: unknown.string })]],
  }),
  "bucket-lifecycle": inStack({
    good: [
      [bucket, lifecycle("logs")],
      [resource("bucket", "aws:s3/bucket:Bucket", { lifecycleRules: [{ enabled: true }] })],
    ],
    bad: [[bucket]],
    nearGood: [[bucket, lifecycle(unknown.string, { bucket: ["bucket"] })]],
    nearBad: [[bucket, lifecycle("other")]],
    unknown: [[bucket, lifecycle(unknown.string)]],
  }),
};
