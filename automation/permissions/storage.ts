import { domainOf, type Settings } from "../../config";
import type { Condition } from "./condition";
import {
  type Grant,
  makesPassphrase,
  passphraseName,
  type Row,
  type Rows,
  withinStack,
} from "./row";

const onBucket = (actions: Grant["actions"]): Grant => ({
  service: "s3",
  actions,
  on: ["{bucket}"],
  names: () => ["load-balancer-access-logs-bucket-*"],
});

const partOfBucket = (put: string, get: string, remove: string): Row => ({
  grants: [onBucket({ create: put, read: get, update: put, delete: remove })],
});

/** Names and types that a record may have: the domain's address, and what proves to ACM whose the domain is. */
const recordsOfDomain = ({ certificate }: Settings): Condition => {
  const name = domainOf(certificate)?.domainName ?? "";
  return {
    "ForAllValues:StringLike": {
      "route53:ChangeResourceRecordSetsNormalizedRecordNames": [name, `*.${name}`],
      "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME"],
    },
  };
};

const hasDomain = ({ certificate }: Settings) => domainOf(certificate) !== undefined;
const isSelfSigned = ({ certificate }: Settings) => certificate.kind === "self-signed";
const hasAlarms = ({ alarmEmail }: Settings) => alarmEmail !== undefined;

const onCertificates = (actions: Grant["actions"]): Grant => ({
  service: "acm",
  actions,
  on: ["certificate/{*}"],
});

const onSecret = (actions: Grant["actions"], property: string): Grant => ({
  service: "secretsmanager",
  actions,
  on: [`secret:{${property}}`],
  names: (settings) => [passphraseName(settings)],
});

const onKeys = (actions: Grant["actions"]): Grant => ({ service: "kms", actions, on: ["key/{*}"] });

const alarms = (actions: Grant["actions"]): Grant => ({
  service: "cloudwatch",
  actions,
  on: ["alarm:{name}"],
  names: () => ["alarms-*"],
});

const onTopic = (actions: Grant["actions"], property: string): Grant => ({
  service: "sns",
  actions,
  on: [`{${property}}`],
  names: () => ["alarms-topic-*"],
});

/** What keeps, names and reports: access logs, certificate, records, passphrase, alarms. */
export const storage: Rows = {
  "aws:s3/bucket:Bucket": {
    grants: [
      onBucket({
        create: "CreateBucket TagResource PutBucketTagging",
        read: `ListBucket ListTagsForResource GetBucketTagging GetBucketLocation GetBucketPolicy GetBucketAcl
          GetBucketCORS GetBucketWebsite GetBucketVersioning GetAccelerateConfiguration
          GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration GetReplicationConfiguration
          GetEncryptionConfiguration GetBucketObjectLockConfiguration`,
        update: "UntagResource",
        delete: "DeleteBucket ListBucketVersions",
      }),
      {
        ...onBucket({ delete: "DeleteObject DeleteObjectVersion" }),
        on: ["{bucket}/*"],
        neededFor: ({ protect }) => !protect,
      },
    ],
  },
  "aws:s3/bucketPolicy:BucketPolicy": partOfBucket(
    "PutBucketPolicy",
    "GetBucketPolicy",
    "DeleteBucketPolicy",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": partOfBucket(
    "PutBucketPublicAccessBlock",
    "GetBucketPublicAccessBlock",
    "PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": partOfBucket(
    "PutLifecycleConfiguration",
    "GetLifecycleConfiguration",
    "PutLifecycleConfiguration",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    partOfBucket(
      "PutEncryptionConfiguration",
      "GetEncryptionConfiguration",
      "PutEncryptionConfiguration",
    ),
  "aws:acm/certificate:Certificate": {
    neededFor: ({ certificate }) => certificate.kind !== "existing",
    grants: [
      {
        service: "acm",
        actions: { create: "RequestCertificate" },
        tags: "given",
        neededFor: ({ certificate }) => certificate.kind === "requested",
      },
      {
        ...onCertificates({ create: "ImportCertificate" }),
        tags: "given",
        neededFor: isSelfSigned,
      },
      {
        ...onCertificates({ update: "ImportCertificate" }),
        tags: "carried",
        neededFor: isSelfSigned,
      },
      { ...onCertificates({ create: "AddTagsToCertificate" }), tags: "claimed" },
      onCertificates({ read: "DescribeCertificate ListTagsForCertificate" }),
      {
        ...onCertificates({
          update: "AddTagsToCertificate RemoveTagsFromCertificate",
          delete: "DeleteCertificate",
        }),
        tags: "carried",
      },
    ],
  },
  "aws:acm/certificateValidation:CertificateValidation": {
    neededFor: ({ certificate }) => certificate.kind === "requested",
    grants: [onCertificates({ create: "DescribeCertificate", read: "DescribeCertificate" })],
  },
  "aws:route53/record:Record": {
    neededFor: hasDomain,
    grants: [
      {
        service: "route53",
        actions: {
          create: "ChangeResourceRecordSets",
          update: "ChangeResourceRecordSets",
          delete: "ChangeResourceRecordSets",
        },
        on: ["hostedzone/{*}"],
        condition: recordsOfDomain,
      },
      {
        service: "route53",
        actions: { read: "GetHostedZone ListResourceRecordSets" },
        on: ["hostedzone/{*}"],
      },
      { service: "route53", actions: { create: "GetChange" }, on: ["change/{*}"] },
    ],
  },
  "aws:secretsmanager/secret:Secret": {
    neededFor: makesPassphrase,
    grants: [
      onSecret(
        {
          create: "CreateSecret TagResource",
          read: "DescribeSecret GetResourcePolicy",
          update: "UpdateSecret UntagResource",
          delete: "DeleteSecret",
        },
        "name",
      ),
    ],
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    neededFor: makesPassphrase,
    grants: [
      onSecret(
        {
          create: "PutSecretValue",
          // The provider reads back what it has put there.
          read: "GetSecretValue",
          update: "PutSecretValue ListSecretVersionIds UpdateSecretVersionStage",
          delete: "UpdateSecretVersionStage",
        },
        "secretId",
      ),
    ],
  },
  "aws:kms/key:Key": {
    neededFor: ({ alarmEmail, kmsKeyArn }) => alarmEmail !== undefined && kmsKeyArn === undefined,
    grants: [
      { service: "kms", actions: { create: "CreateKey" }, tags: "given" },
      {
        ...onKeys({ create: "TagResource" }),
        tags: "claimed",
        // This key has no alias, as most keys of others have.
        condition: () => ({ Null: { "kms:ResourceAliases": "true" } }),
      },
      onKeys({
        // KMS takes minutes to know new tags, so what follows at once cannot depend on them.
        create: "EnableKeyRotation",
        read: "DescribeKey GetKeyPolicy GetKeyRotationStatus ListResourceTags",
      }),
      {
        ...onKeys({
          update: "PutKeyPolicy UpdateKeyDescription DisableKeyRotation TagResource UntagResource",
          delete: "ScheduleKeyDeletion",
        }),
        tags: "carried",
      },
    ],
  },
  "aws:sns/topic:Topic": {
    neededFor: hasAlarms,
    grants: [
      onTopic(
        {
          create: "CreateTopic SetTopicAttributes",
          read: "GetTopicAttributes ListTagsForResource",
        },
        "name",
      ),
      ...withinStack((actions) => onTopic(actions, "name"), { delete: "DeleteTopic" }),
    ],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    neededFor: hasAlarms,
    grants: [
      onTopic({ create: "Subscribe" }, "topic"),
      onTopic(
        {
          read: "GetSubscriptionAttributes",
          update: "SetSubscriptionAttributes",
          delete: "Unsubscribe",
        },
        "topic",
      ),
    ],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    neededFor: hasAlarms,
    grants: [
      alarms({
        create: "PutMetricAlarm",
        read: "ListTagsForResource",
        update: "PutMetricAlarm",
      }),
      ...withinStack(alarms, { delete: "DeleteAlarms" }),
      // CloudWatch asks for all alarms, whichever are named.
      { service: "cloudwatch", actions: { read: "DescribeAlarms" }, on: ["alarm:*"] },
    ],
  },
};
