import { matchesAction } from "../../shared/iamPatterns";
import { statementsOf, textsIn } from "../aws/policyDocument";
import { s3 } from "../aws/typeTokens";
import { Findings } from "../kit/findings";
import { among, hasLength, isTrue } from "../kit/predicates";
import type { Property } from "../kit/property";
import { stackRule } from "../kit/rule";
import type { StackResource } from "../kit/stack";
import { type Answer, allOf, anyOf, ask, known, not } from "../kit/tristate";

const buckets = s3("Bucket");

const publicAccess = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
];

export const bucketPublicAccess = stackRule({
  name: "bucket-public-access",
  description: "Requires each bucket to block public access in all four ways.",
  severity: "high",
  level: "always",
  ids: {
    fsbp: ["S3.8"],
    checkov: ["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56"],
    cdkNag: ["S2"],
  },
  remediationSteps: `Add an s3.BucketPublicAccessBlock with ${publicAccess.join(", ")} set to true.`,
  checkStack: (stack, report) => {
    const blocks = stack.of(s3("BucketPublicAccessBlock"));
    for (const bucket of stack.of(buckets)) {
      const isBlocked = anyOf(
        known(false),
        ...blocks.map((block) => stack.refers(block, "bucket", bucket)),
      );
      report.refuse(not(isBlocked), bucket.props, "the bucket may be made public", bucket);
      for (const block of stack.referring(blocks, "bucket", bucket)) {
        for (const name of publicAccess) {
          report.require(block.props.get(name), isTrue, "the bucket may be made public", block);
        }
      }
    }
  },
});

export const bucketTls = stackRule({
  name: "bucket-tls",
  description: "Requires each bucket to refuse requests without TLS.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["S3.5"], checkov: ["CKV_AWS_379"], cdkNag: ["S10"] },
  remediationSteps:
    'Add an s3.BucketPolicy that denies s3:* to everyone when aws:SecureTransport is "false".',
  checkStack: (stack, report) => {
    const policies = stack.of(s3("BucketPolicy"));
    for (const bucket of stack.of(buckets)) {
      const denials = [
        deniesPlaintext(bucket, report),
        ...stack
          .referring(policies, "bucket", bucket)
          .map((policy) => deniesPlaintext(policy, report)),
      ];
      report.refuse(not(anyOf(...denials)), bucket.props, "requests in clear are answered", bucket);
    }
  },
});

function deniesPlaintext(holder: StackResource, report: Findings): Answer {
  const policy = holder.props.get("policy");
  if (policy.unknown) return ask(policy, () => false);
  const statements = statementsOf(policy, report);
  return anyOf(known(false), ...statements.map((statement) => deniesAll(statement)));
}

/** Denies every principal every action without TLS. */
function deniesAll(statement: Property): Answer {
  const noted = new Findings();
  const actions = textsIn(statement.get("Action"), noted);
  const principal = statement.get("Principal");
  const principals = principal.get("AWS").missing ? principal : principal.get("AWS");
  return allOf(
    ask(statement.get("Effect"), among("Deny")),
    ask(statement.at("Condition.Bool").get("aws:SecureTransport"), among("false")),
    known(actions.some((action) => matchesAction(action.text(), "s3:anything"))),
    ask(principals, among("*")),
  );
}

export const bucketLifecycle = stackRule({
  name: "bucket-lifecycle",
  description: "Recommends a lifecycle of each bucket, so that logs do not pile up.",
  severity: "low",
  level: "advisory",
  ids: { fsbp: ["S3.13"], checkov: ["CKV_AWS_300"] },
  remediationSteps: "Add an s3.BucketLifecycleConfiguration that expires objects.",
  checkStack: (stack, report) => {
    const lifecycles = stack.of(s3("BucketLifecycleConfiguration"));
    for (const bucket of stack.of(buckets)) {
      const hasOne = anyOf(
        ask(bucket.props.get("lifecycleRules"), hasLength(1)),
        ...lifecycles.map((lifecycle) => stack.refers(lifecycle, "bucket", bucket)),
      );
      report.refuse(not(hasOne), bucket.props, "objects are kept for ever", bucket);
    }
  },
});

export const s3Rules = [bucketPublicAccess, bucketTls, bucketLifecycle] as const;
