import type { CheckFailure } from "../engine/checkFailure";
import { Inputs } from "../engine/inputs";
import { isObject, plain, type Value } from "../engine/wire";

const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;
const pattern = "[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";
const allowedText = new RegExp(`^${pattern}$`, "u");
const reservedKey = /^aws:/i;

interface TagErrors {
  readonly invalid: string;
  readonly tooMany: string;
  /** Message for too many tags, where the service does not name the constraint. */
  readonly tooManyText?: string;
}

const same = (code: string): TagErrors => ({ invalid: code, tooMany: code });

const ec2: TagErrors = {
  invalid: "InvalidParameterValue",
  tooMany: "TagLimitExceeded",
  tooManyText: "The maximum number of Tags for a resource has been reached.",
};

/** AWS's error codes, by the module of a resource type, or by module and type. */
const errors: Readonly<Record<string, TagErrors>> = {
  ec2,
  vpc: ec2,
  lb: {
    invalid: "ValidationError",
    tooMany: "TooManyTags",
    tooManyText:
      "The quota for the number of tags that can be assigned to a load balancer has been reached",
  },
  acm: { invalid: "ValidationException", tooMany: "TooManyTagsException" },
  ecs: same("InvalidParameterException"),
  ecr: { invalid: "InvalidTagParameterException", tooMany: "TooManyTagsException" },
  iam: same("ValidationError"),
  lambda: same("InvalidParameterValueException"),
  "cloudwatch/logGroup": same("InvalidParameterException"),
  "cloudwatch/metricAlarm": same("ValidationError"),
  sns: {
    invalid: "InvalidParameter",
    tooMany: "TagLimitExceeded",
    tooManyText: "Could not complete request: tag quota of per resource exceeded",
  },
  s3: { invalid: "InvalidTag", tooMany: "BadRequest" },
  kms: { invalid: "TagException", tooMany: "LimitExceededException" },
  secretsmanager: { invalid: "ValidationException", tooMany: "InvalidParameterException" },
};

/** Failures of the tags of a resource, the provider's default tags included. Values may be secret, so none is shown. */
export function tagFailures(token: string, tagsAll: Value | undefined): CheckFailure[] {
  const tags = plain(tagsAll ?? {});
  const [, path = ""] = token.split(":");
  const service = errors[path] ?? errors[path.split("/")[0] ?? ""];
  if (!isObject(tags) || service === undefined) return [];
  const count = Object.keys(tags).length;
  const view = new Inputs(tags);
  const isRepeated = path.startsWith("iam/") && differInCaseOnly(Object.keys(tags));
  return [
    ...(isRepeated ? [repeatedKeys] : []),
    ...Object.keys(tags)
      .flatMap((key) =>
        (service === ec2 ? ec2Problems : problems)(key, view.text(key) ?? "").slice(0, 1),
      )
      .map((problem) => `${service.invalid}: ${problem}`),
    ...(count > maxTags
      ? [
          `${service.tooMany}: ${service.tooManyText ?? violated("tags", atMost(maxTags))}; ${count} are given`,
        ]
      : []),
  ].map((reason) => ({ property: "tags", reason }));
}

/** Only IAM compares tag keys without regard to case. */
const repeatedKeys =
  "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.";

const differInCaseOnly = (keys: readonly string[]): boolean =>
  new Set(keys.map((key) => key.toLowerCase())).size < keys.length;

/** In characters, of which UTF-16 makes two where they are beyond 16 bits. */
const lengthOf = (text: string): number => [...text].length;

const violated = (member: string, constraint: string) =>
  `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`;

const atMost = (length: number) => `Member must have length less than or equal to ${length}`;

/** Errors of services whose API model declares the constraints. */
const problems = (key: string, value: string): string[] => [
  ...(key === ""
    ? [violated("tags.key", "Member must have length greater than or equal to 1")]
    : []),
  ...(lengthOf(key) > maxKeyLength ? [violated(`tags.${key}.key`, atMost(maxKeyLength))] : []),
  ...(reservedKey.test(key)
    ? [`Invalid tag key "${key}": aws: prefixed tag key names are not allowed for external use.`]
    : []),
  ...(lengthOf(value) > maxValueLength
    ? [violated(`tags.${key}.value`, atMost(maxValueLength))]
    : []),
  ...(allowedText.test(key)
    ? []
    : [violated(`tags.${key}.key`, `Member must satisfy regular expression pattern: ${pattern}`)]),
  ...(allowedText.test(value)
    ? []
    : [
        violated(`tags.${key}.value`, `Member must satisfy regular expression pattern: ${pattern}`),
      ]),
];

/** EC2 accepts any character and words its errors differently. */
const ec2Problems = (key: string, value: string): string[] => [
  ...(key === "" ? ["Tag key cannot be null or empty"] : []),
  ...(lengthOf(key) > maxKeyLength
    ? [`Tag key exceeds the maximum length of ${maxKeyLength} characters`]
    : []),
  ...(reservedKey.test(key) ? ["Tag keys starting with 'aws:' are reserved for internal use"] : []),
  ...(lengthOf(value) > maxValueLength
    ? [`Tag value exceeds the maximum length of ${maxValueLength} characters`]
    : []),
];
