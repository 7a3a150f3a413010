import type { Properties } from "../../../../local/providers/engine/wire";
import { good, trustPolicy } from "../fixtures";
import { type Accepted, describeInputs, type Refused } from "../inputCases";

type Row = [
  type: Refused[1],
  property: "name" | "bucket" | "family",
  maxLength: number,
  /** Beginning of AWS's error. */
  error: string,
  refused: string[],
  accepted: string[],
  others?: Properties,
];

const role = { assumeRolePolicy: trustPolicy("lambda.amazonaws.com") };
const alarm = {
  comparisonOperator: "GreaterThanThreshold",
  ...{ evaluationPeriods: 1, metricName: "a", namespace: "b", statistic: "Sum", period: 60 },
};
const elb = ["a.b", "a_b", "-a", "a-", "internal-a", ""];

const rows: Row[] = [
  [
    "loadBalancer",
    "name",
    32,
    "ValidationError: The load balancer name '",
    elb,
    ["a--b"],
    good.loadBalancer,
  ],
  ["targetGroup", "name", 32, "ValidationError: Target group name '", elb, ["1"], good.targetGroup],
  [
    "cluster",
    "name",
    255,
    "InvalidParameterException: Cluster name ",
    ["a b", "a.b", "é"],
    ["A-1_"],
  ],
  ["service", "name", 255, "InvalidParameterException: Service name ", ["a/b"], ["-a"]],
  [
    "taskDefinition",
    "family",
    255,
    "ClientException: Family ",
    ["a:1", ""],
    ["A_1"],
    good.taskDefinition(),
  ],
  [
    "role",
    "name",
    64,
    "ValidationError: 1 validation error detected: Value '",
    ["a/b", "a b", ""],
    ["a@b"],
    role,
  ],
  [
    "rolePolicy",
    "name",
    128,
    "ValidationError: 1 validation error detected: Value '",
    ["a:b"],
    ["a+b"],
    {
      role: "r",
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "a:B", Resource: "*" }] }),
    },
  ],
  [
    "function",
    "name",
    64,
    "ValidationException: 1 validation error detected: Value '",
    ["a.b", "a b"],
    ["a_b"],
    good.function("arn:aws:iam::1:role/r"),
  ],
  [
    "alias",
    "name",
    128,
    "ValidationException: 1 validation error detected: Value '",
    ["12", "a.b"],
    ["v1"],
    { functionName: "a", functionVersion: "1" },
  ],
  [
    "logGroup",
    "name",
    512,
    "InvalidParameterException: 1 validation error detected: Value '",
    ["aws/a", "a b", "a:b", "a*"],
    ["/ecs/a"],
  ],
  [
    "alarm",
    "name",
    255,
    "ValidationError: 1 validation error detected: Value '",
    ["a\nb"],
    ["a b/é"],
    alarm,
  ],
  [
    "topic",
    "name",
    256,
    "InvalidParameter: Invalid parameter: Topic Name",
    ["a.b", "a b", ""],
    ["a_b"],
  ],
  [
    "repository",
    "name",
    256,
    "InvalidParameterException: 1 validation error detected: Value '",
    ["App", "a", "-ab", "ab-", "a..b", "a//b", "a/-b"],
    ["a--b", "a/b_c"],
  ],
  [
    "securityGroup",
    "name",
    255,
    "InvalidParameterValue: Value (",
    ["sg-1", "a%b", "é", ""],
    ["a b", "SG-1"],
  ],
  [
    "prefixList",
    "name",
    255,
    "InvalidParameterValue: Value (",
    ["com.amazonaws.s3"],
    ["a b"],
    { addressFamily: "IPv4", maxEntries: 1 },
  ],
  [
    "bucket",
    "bucket",
    63,
    "InvalidBucketName: The specified bucket is not valid",
    [
      "Logs",
      "ab",
      "a_b",
      ".abc",
      "abc-",
      "a..b",
      "10.0.0.1",
      "xn--abc",
      "sthree-a",
      "logs-s3alias",
    ],
    ["abc", "a.b-c", "xn-abc"],
  ],
  ["secret", "name", 512, "ValidationException: ", ["a b", "a:b", "é"], ["a/b+=.@!-_"]],
];

const inputsOf = ([, property, , , , , others]: Row, name: string): Properties => ({
  ...others,
  [property]: name,
});

const refused = rows.flatMap((row): Refused[] => {
  const [type, property, maxLength, error, names] = row;
  return ["a".repeat(maxLength + 1), ...names].map((name) => [
    `${type} ${name.length > maxLength ? `of ${name.length} letters` : JSON.stringify(name)}`,
    type,
    inputsOf(row, name),
    `${property}: ${error}`,
  ]);
});

const accepted = rows.flatMap((row): Accepted[] => {
  const [type, , maxLength, , , names] = row;
  return ["a".repeat(maxLength), ...names].map((name) => [
    `${type} ${name.length === maxLength ? `of ${maxLength} letters` : JSON.stringify(name)}`,
    type,
    inputsOf(row, name),
  ]);
});

describeInputs("that name a resource", refused, accepted);
