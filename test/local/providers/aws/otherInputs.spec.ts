import type { Properties } from "../../../../local/providers/engine/wire";
import { archive, good, trustPolicy } from "../fixtures";
import { describeInputs, type Refused, without } from "../inputCases";

const policy = (statement: Properties, change: Properties = {}) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [statement], ...change });

const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };

const rolePolicy = (text: string) => ({ role: "r", policy: text });

const alarm = {
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  metricName: "a",
  namespace: "b",
  statistic: "Sum",
  period: 60,
};

const fn = (change: Properties) => good.function("arn:aws:iam::1:role/r", change);

describeInputs(
  "of roles, functions and the rest",
  [
    ["a bucket name in capitals", "bucket", { bucket: "Logs" }, "bucket: InvalidBucketName"],
    [
      "a bucket policy without principal",
      "bucketPolicy",
      { bucket: "logs", policy: policy(allow) },
      "policy: MalformedPolicyDocument: Statement[0] needs exactly one of Principal",
    ],
    [
      "a key that is gone after a day",
      "key",
      { deletionWindowInDays: 1 },
      "deletionWindowInDays: ValidationException",
    ],
    [
      "a secret that is kept for a day after its deletion",
      "secret",
      { recoveryWindowInDays: 1 },
      "recoveryWindowInDays: InvalidParameterException",
    ],
    ["a secret name with a space", "secret", { name: "a b" }, "name: ValidationException"],
    [
      "a secret version without a value",
      "secretVersion",
      { secretId: "arn" },
      "secretString: InvalidParameterException",
    ],
    [
      "a role name of 65 letters",
      "role",
      { name: "a".repeat(65), assumeRolePolicy: trustPolicy("a") },
      "name: ValidationError",
    ],
    [
      "a policy that is not JSON",
      "rolePolicy",
      rolePolicy("{"),
      "policy: MalformedPolicyDocument: the policy is not valid JSON",
    ],
    [
      "a policy without statement",
      "rolePolicy",
      rolePolicy('{"Version":"2012-10-17"}'),
      "policy: MalformedPolicyDocument: the policy has no Statement",
    ],
    [
      "a policy of another version",
      "rolePolicy",
      rolePolicy(policy(allow, { Version: "2025-01-01" })),
      "policy: MalformedPolicyDocument: Version is",
    ],
    [
      "an effect that is neither",
      "rolePolicy",
      rolePolicy(policy({ ...allow, Effect: "allow" })),
      "policy: MalformedPolicyDocument: Statement[0].Effect",
    ],
    [
      "a statement without action",
      "rolePolicy",
      rolePolicy(policy(without(allow, "Action"))),
      "policy: MalformedPolicyDocument: Statement[0] needs exactly one of Action",
    ],
    [
      "an action without service",
      "rolePolicy",
      rolePolicy(policy({ ...allow, Action: "GetObject" })),
      'policy: MalformedPolicyDocument: Statement[0]: "GetObject"',
    ],
    [
      "a statement without resource",
      "rolePolicy",
      rolePolicy(policy(without(allow, "Resource"))),
      "policy: MalformedPolicyDocument: Statement[0] needs exactly one of Resource",
    ],
    [
      "a resource that is no ARN",
      "rolePolicy",
      rolePolicy(policy({ ...allow, Resource: "bucket" })),
      'policy: MalformedPolicyDocument: Statement[0]: resource "bucket"',
    ],
    [
      "a principal in a permissions policy",
      "rolePolicy",
      rolePolicy(policy({ ...allow, Principal: "*" })),
      "policy: MalformedPolicyDocument: Statement[0] must not have Principal",
    ],
    [
      "a trust policy without principal",
      "role",
      { assumeRolePolicy: policy({ Effect: "Allow", Action: "sts:AssumeRole" }) },
      "assumeRolePolicy: MalformedPolicyDocument: Statement[0] needs exactly one of Principal",
    ],
    [
      "a managed policy that is no ARN",
      "attachment",
      { role: "r", policyArn: "ReadOnly" },
      "policyArn: ValidationError",
    ],
    [
      "a runtime that is gone",
      "function",
      fn({ runtime: "nodejs16.x" }),
      "runtime: InvalidParameterValueException",
    ],
    ["a function of 901 s", "function", fn({ timeout: 901 }), "timeout: ValidationException"],
    [
      "a reserved variable",
      "function",
      fn({ environment: { variables: { AWS_REGION: "x" } } }),
      "environment: InvalidParameterValueException: Lambda was unable",
    ],
    [
      "an environment over 4 KB",
      "function",
      fn({ environment: { variables: { LONG: "x".repeat(5000) } } }),
      "environment: InvalidParameterValueException: environment variables exceed",
    ],
    [
      "a function without handler",
      "function",
      without(fn({ code: archive("1") }), "handler"),
      "handler: InvalidParameterValueException",
    ],
    ...[2, 31, 366, 3654].map(
      (retentionInDays): Refused => [
        `a retention of ${retentionInDays} days`,
        "logGroup",
        { retentionInDays },
        "retentionInDays: InvalidParameterException",
      ],
    ),
    ...(
      [
        ["period", 45],
        ["period", 0],
        ["datapointsToAlarm", 2],
        ["evaluationPeriods", 0],
        ["alarmDescription", "a".repeat(1025)],
        ["alarmActions", Array.from({ length: 6 }, (_, index) => `arn:aws:sns:${index}`)],
        ["comparisonOperator", ">"],
        ["statistic", "Mean"],
        ["treatMissingData", "ok"],
      ] as const
    ).map(
      ([name, value]): Refused => [
        `an alarm whose ${name} is ${String(value).slice(0, 20)}`,
        "alarm",
        { ...alarm, [name]: value },
        `${name}: ValidationError`,
      ],
    ),
    ["an upper-case repository", "repository", { name: "App" }, "name: InvalidParameterException"],
    [
      "a lifecycle policy without rules",
      "lifecyclePolicy",
      { repository: "a", policy: "{}" },
      "policy: InvalidParameterException",
    ],
    ["an alarm without period", "alarm", without(alarm, "period"), "period: ValidationError"],
    ...["nobody", "a@b..org", "a@b", ".a@example.org", "a@-b.org"].map(
      (endpoint): Refused => [
        `an e-mail subscription to ${endpoint}`,
        "subscription",
        { topic: "arn", protocol: "email", endpoint },
        "endpoint: InvalidParameter: Invalid parameter: Email address",
      ],
    ),
    [
      "the request of a certificate whose first name has 65 characters",
      "certificate",
      { domainName: `${"a".repeat(53)}.example.org`, validationMethod: "DNS" },
      "domainName: ValidationException: The first domain name can be a maximum of 64 characters.",
    ],
    [
      "the request of a certificate for a name of one label",
      "certificate",
      { domainName: "media", validationMethod: "DNS" },
      "domainName: ValidationException: 1 validation error detected: Value 'media' at 'domainName' failed to satisfy",
    ],
  ],
  [
    [
      "an e-mail subscription",
      "subscription",
      { topic: "arn", protocol: "email", endpoint: "ops+tak@example.org" },
    ],
    [
      "the request of a certificate with a longer second name",
      "certificate",
      {
        domainName: "*.example.org",
        subjectAlternativeNames: [`${"a".repeat(53)}.example.org`],
        validationMethod: "DNS",
      },
    ],
    [
      "a policy of one statement without list",
      "rolePolicy",
      rolePolicy(JSON.stringify({ Statement: allow })),
    ],
  ],
);
