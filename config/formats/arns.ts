import { type Format, text } from "./formats";

/** Pattern of a region's name, such as ap-southeast-2 or us-gov-west-1. */
export const regionPattern = "[a-z]{2,}(?:-[a-z]+)+-\\d";

/** An ARN, with `resource` as pattern of what follows the account number. */
export const arn = (service: string, resource: string, allowed: string): Format<string> =>
  text(new RegExp(`^arn:aws[a-z-]*:${service}:${regionPattern}:\\d{12}:${resource}$`), allowed);

/** A secret. IAM matches the whole ARN: a role that may read it by a shorter one reads nothing. */
export const secretArn = arn(
  "secretsmanager",
  "secret:[A-Za-z0-9/_+=.@!-]{1,512}-[A-Za-z0-9]{6}",
  "the whole ARN of a Secrets Manager secret, which ends in six characters that AWS adds, never the secret itself",
);

const uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

export const certificateArn = arn("acm", `certificate/${uuid}`, "the ARN of an ACM certificate");

/** A key, perhaps of several regions. Services that encrypt with it take no alias. */
export const kmsKeyArn = arn(
  "kms",
  `key/(${uuid}|mrk-[0-9a-f]{32})`,
  "the ARN of a KMS key, not of an alias",
);

/** A policy of an account, with a path of up to 512 characters, slashes at both ends included. IAM has no regions. */
export const policyArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:policy\/(?!.{511,}\/)([\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
  "the ARN of an IAM policy of the account itself, not of one that AWS manages, as those bound no role to what the stack needs",
);

/** An ARN to show; the real one's partition is that of the account. */
export const exampleArn = (
  service: string,
  resource: string,
  region = "ap-southeast-2",
  partition = "aws",
): string => ["arn", partition, service, region, "123456789012", resource].join(":");

export const partitionOf = (arn: string): string => arn.split(":")[1] ?? "";

/** The account in an ARN. */
export const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

/** The region in an ARN. */
export const regionOf = (arn: string): string => arn.split(":")[3] ?? "";
