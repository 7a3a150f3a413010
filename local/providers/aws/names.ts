import type { NameConstraint, NameRule } from "../engine/nameRule";

const rule = (
  maxLength: number,
  constraints: readonly NameConstraint[],
  change: Partial<NameRule> = {},
): NameRule => ({ property: "name", automatic: true, maxLength, constraints, ...change });

const upTo = (length: number) => new RegExp(`^.{0,${length}}$`, "su");

/** Errors of services whose API model declares length and pattern. */
function modelled(
  code: string,
  parameter: string,
  maxLength: number,
  pattern: string,
  change: Partial<NameRule> = {},
): NameRule {
  const violated = (constraint: string) => (name: string) =>
    `${code}: 1 validation error detected: Value '${name}' at '${parameter}' failed to satisfy constraint: ${constraint}`;
  const constraints: NameConstraint[] = [
    [upTo(maxLength), violated(`Member must have length less than or equal to ${maxLength}`)],
    [
      new RegExp(`^${pattern}$`, "u"),
      violated(`Member must satisfy regular expression pattern: ${pattern}`),
    ],
  ];
  return rule(maxLength, constraints, change);
}

const elb = (subject: string): NameRule => {
  const says = (text: string) => (name: string) => `ValidationError: ${subject} '${name}' ${text}`;
  return rule(32, [
    [upTo(32), says("cannot be longer than '32' characters")],
    [
      /^[A-Za-z0-9-]+$/,
      says("can only contain characters that are alphanumeric characters or hyphens(-)"),
    ],
    [/^(?!-).*(?<!-)$/, says("cannot begin or end with '-'")],
    [/^(?!internal-)/, says("cannot begin with 'internal-'")],
  ]);
};

const ecs = (code: string, subject: string, change: Partial<NameRule> = {}): NameRule =>
  rule(
    255,
    [
      [upTo(255), () => `${code}: ${subject} should not be longer than 255 characters.`],
      [
        /^[A-Za-z0-9_-]+$/,
        (name) =>
          `${code}: ${subject} contains invalid characters: '${name}'; allowed: letters, digits, hyphens and underscores.`,
      ],
    ],
    change,
  );

const ec2 = (parameter: string, constraints: readonly [RegExp, string][]) =>
  rule(
    255,
    constraints.map(([pattern, why]) => [
      pattern,
      (name) =>
        `InvalidParameterValue: Value (${name}) for parameter ${parameter} is invalid. ${why}`,
    ]),
  );

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const bucketName = new RegExp(
  "^(?!xn--|sthree-|amzn-s3-demo-)(?!.*(-s3alias|--ol-s3|\\.mrap|--x-s3|--table-s3)$)" +
    "(?!.*\\.\\.)(?!\\d+\\.\\d+\\.\\d+\\.\\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
);

const secretError = (text: string) => () => `ValidationException: ${text}`;

export const names = {
  loadBalancer: elb("The load balancer name"),
  targetGroup: elb("Target group name"),
  role: modelled("ValidationError", "roleName", 64, "[\\w+=,.@-]+"),
  rolePolicy: modelled("ValidationError", "policyName", 128, "[\\w+=,.@-]+"),
  logGroup: modelled(
    "InvalidParameterException",
    "logGroupName",
    512,
    "(?!aws/)[\\.\\-_/#A-Za-z0-9]+",
  ),
  alarm: modelled("ValidationError", "alarmName", 255, "[^\\p{Cc}]+"),
  function: modelled("ValidationException", "functionName", 64, "[a-zA-Z0-9-_]+"),
  alias: modelled("ValidationException", "name", 128, "(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
  repository: modelled(
    "InvalidParameterException",
    "repositoryName",
    256,
    "(?=..)([a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*\\/)*[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*",
    { lowerCase: true },
  ),
  cluster: ecs("InvalidParameterException", "Cluster name"),
  service: ecs("InvalidParameterException", "Service name"),
  family: ecs("ClientException", "Family", { property: "family", automatic: false }),
  topic: rule(256, [
    [/^(?=.{1,256}$)[\w-]+(\.fifo)?$/, () => "InvalidParameter: Invalid parameter: Topic Name"],
  ]),
  bucket: rule(
    63,
    [[bucketName, (name) => `InvalidBucketName: The specified bucket is not valid: '${name}'`]],
    { property: "bucket", lowerCase: true },
  ),
  secret: rule(
    512,
    [
      [
        upTo(512),
        secretError(
          "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length " +
            "less than or equal to 512",
        ),
      ],
      [
        /^[\w/+=.@!-]+$/,
        secretError(
          "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        ),
      ],
    ],
    { automatic: false },
  ),
  securityGroup: ec2("GroupName", [
    [upTo(255), "Group names may not be longer than 255 characters."],
    [
      /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]+$/,
      "Valid characters are a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*",
    ],
    [/^(?!sg-)/, "Group names may not be in the format sg-*."],
  ]),
  prefixList: ec2("PrefixListName", [
    [upTo(255), "Names may not be longer than 255 characters."],
    [/^(?!com\.amazonaws)/, "Names may not start with com.amazonaws."],
  ]),
} as const;
