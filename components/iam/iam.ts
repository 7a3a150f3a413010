import { regionOf } from "../../config/formats/arns";

export interface Statement {
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const version = "2012-10-17";

/** A policy document in JSON. Statements without resources are left out by the caller. */
export const policyDocument = (statements: readonly Statement[]): string =>
  JSON.stringify({ Version: version, Statement: statements });

/** The trust policy of a role that one AWS service takes on, such as lambda.amazonaws.com. */
export const trustPolicy = (service: string, condition?: object): string =>
  JSON.stringify({
    Version: version,
    Statement: [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: service },
        Condition: condition,
      },
    ],
  });

export const allow = (
  actions: readonly string[],
  resource: string | readonly string[],
): Statement => ({
  Effect: "Allow",
  Action: actions,
  Resource: resource,
});

/** What a writer of log streams needs on its log group. */
export const writeLogs = (logGroupArn: string): Statement =>
  allow(["logs:CreateLogStream", "logs:PutLogEvents"], `${logGroupArn}:*`);

/** What a reader of a secret needs: the secret, and the customer managed key that encrypts it, for it alone. */
export const readSecret = (secretArn: string, kmsKeyArn: string | undefined): Statement[] => [
  allow(["secretsmanager:GetSecretValue"], secretArn),
  ...(kmsKeyArn === undefined ? [] : [decryptSecret(secretArn, kmsKeyArn)]),
];

const decryptSecret = (secretArn: string, kmsKeyArn: string): Statement => ({
  ...allow(["kms:Decrypt"], kmsKeyArn),
  Condition: {
    StringLike: {
      "kms:EncryptionContext:SecretARN": secretArn,
      // The end differs between AWS's partitions.
      "kms:ViaService": `secretsmanager.${regionOf(secretArn)}.*`,
    },
  },
});
