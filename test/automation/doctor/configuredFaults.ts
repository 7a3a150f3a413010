import { boundaryOf } from "../../../automation/permissions/boundary";
import { parseConfig } from "../../../config";
import * as samples from "../../config/samples";
import { account } from "../../local/runtime/stack";
import {
  boundary,
  everything,
  type Row,
  region,
  signingKey,
  signingKeyId,
  srtSecret,
} from "./fixtures";

const gatewayImage = `${account}.dkr.ecr.${region}.amazonaws.com/gateway:1.0.0`;

const digest = `sha256:${"0".repeat(64)}`;

/** The account's own rights come first, as in the policy that a key is made with. */
const denyEverybody = (Action: string | readonly string[], Condition?: object) => ({
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "*" },
    { Effect: "Deny", Principal: "*", Action, Resource: "*", ...(Condition ? { Condition } : {}) },
  ],
});

const services = [
  "logs.ap-southeast-2.amazonaws.com",
  "delivery.logs.amazonaws.com",
  "cloudwatch.amazonaws.com",
] as const;

/** The policy of a key that leaves its use to IAM, and lets these services. */
function keyPolicy(
  Service: string | readonly string[] = [],
  Condition: object = {},
  others: readonly object[] = [],
) {
  const actions = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*"];
  return {
    Statement: [
      { Effect: "Allow", Principal: { AWS: account }, Action: "kms:*", Resource: "*" },
      {
        ...{ Effect: "Allow", Principal: { Service }, Action: [...actions, "kms:Describe*"] },
        ...{ Resource: "*", ...(Object.keys(Condition).length > 0 ? { Condition } : {}) },
      },
      ...others,
    ],
  };
}

const knownLogGroups = [
  `arn:aws:logs:${region}:${account}:log-group:/ecs/*`,
  `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/*`,
];

const keyRow = (fault: string, key: object, finds: Row["finds"]): Row => ({
  fault,
  config: { kmsKeyArn: samples.kmsKeyArn, alarmEmail: "ops@example.org" },
  facts: { keys: { [samples.kmsKeyArn]: key } },
  finds,
});

const neededStatements: object[] = JSON.parse(
  boundaryOf(parseConfig(everything, "prod", new Set(), { region }), {
    ...{ account, region, partition: "aws" },
  }),
).Statement;
const olderStatements = neededStatements.filter(
  (statement) => !JSON.stringify(statement).includes("lambda:InvokeFunction"),
);

const boundaryRow = (fault: string, Statement: readonly object[], finds: Row["finds"]): Row => ({
  fault,
  config: { permissionsBoundaryArn: boundary },
  facts: { policies: { [boundary]: { Statement } } },
  finds,
});

/** What the configuration names, and does not exist or cannot be used. */
export const configuredFaults: readonly Row[] = [
  {
    fault: "a signing secret of another account",
    config: {
      cloudtakSigningSecretArn: samples.secretArn.replace(account, "210987654321"),
    },
    finds: ["fault", "cloudtakSigningSecret", /is of account 210987654321; .* of 123456789012/],
  },
  {
    fault: "a signing secret by an ARN that lacks its end, where the name looks like one",
    config: { cloudtakSigningSecretArn: samples.secretArn },
    facts: { secrets: { [`${samples.secretArn}-GhIjKl`]: {} } },
    finds: [
      "fault",
      "cloudtakSigningSecret",
      /secret:signing-AbCdEf is not the whole ARN/,
      /signing-AbCdEf-GhIjKl$/,
    ],
  },
  {
    fault: "a signing secret that does not exist",
    facts: { missing: [samples.secretArn] },
    finds: ["fault", "cloudtakSigningSecret", /does not exist/, /list-secrets/],
  },
  {
    fault: "a customer key whose policy leaves nothing to IAM",
    facts: {
      secrets: { [samples.secretArn]: { kmsKeyArn: signingKey } },
      keys: { [signingKey]: { policy: { Statement: [] } } },
    },
    finds: [
      ...(["fault", "cloudtakSigningSecret"] as const),
      ...[
        /does not leave kms:Decrypt to IAM, so the auth function's role cannot/,
        /put-key-policy/,
      ],
    ] as never,
  },
  {
    fault: "a customer key that is disabled",
    facts: {
      secrets: { [srtSecret]: { kmsKeyArn: signingKey } },
      keys: { [signingKey]: { state: "Disabled" } },
    },
    finds: ["fault", "srtPassphraseSecret", /key\/0f0e0d0c\S+ is Disabled/, /aws kms enable-key/],
  },
  keyRow("a key for signatures", { spec: "RSA_2048", usage: "SIGN_VERIFY" }, [
    "fault",
    "kmsKeyArn",
    /is RSA_2048 for SIGN_VERIFY; needed is SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT/,
    /create-key/,
  ]),
  keyRow("a key that is to be deleted", { state: "PendingDeletion" }, [
    "fault",
    "kmsKeyArn",
    /is PendingDeletion/,
    /cancel-key-deletion/,
  ]),
  keyRow("a key that admits none of AWS's services", { policy: keyPolicy() }, [
    "fault",
    "kmsKeyArn",
    /does not allow kms:Encrypt, .* to logs\.ap-southeast-2\.amazonaws\.com, so CloudWatch makes no log group/,
    /put-key-policy/,
  ]),
  keyRow(
    "a key that does not admit the delivery of logs",
    { policy: keyPolicy("logs.ap-southeast-2.amazonaws.com") },
    [
      "fault",
      "kmsKeyArn",
      /to delivery\.logs\.amazonaws\.com, so the load balancer's access logs are not written/,
    ],
  ),
  keyRow(
    "a key that does not admit alarms",
    {
      policy: keyPolicy(["logs.ap-southeast-2.amazonaws.com", "delivery.logs.amazonaws.com"]),
    },
    ["fault", "kmsKeyArn", /to cloudwatch\.amazonaws\.com, so no alarm is sent/],
  ),
  keyRow("a key that leaves nothing to IAM", { policy: { Statement: [] } }, [
    "fault",
    "kmsKeyArn",
    /does not leave kms:Decrypt, .* to IAM, so neither the deployer nor the stack's roles can use it/,
  ]),
  keyRow(
    "a key that admits the services for this account and its log groups",
    {
      policy: keyPolicy(services, {
        StringEquals: { "AWS:SourceAccount": account },
      }),
    },
    ["ok", "kmsKeyArn", /whose policy lets all use it who have to/],
  ),
  keyRow(
    "a key whose policy has AWS's example for log groups",
    {
      policy: keyPolicy(
        services[0],
        {
          ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:*` },
        },
        keyPolicy(services).Statement,
      ),
    },
    ["ok", "kmsKeyArn", /whose policy lets all use it who have to/],
  ),
  keyRow(
    "a key that admits log groups by name, without the flow log's",
    {
      policy: keyPolicy(
        services[0],
        { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": knownLogGroups } },
        keyPolicy(services.slice(1)).Statement,
      ),
    },
    [
      ...(["fault", "kmsKeyArn"] as const),
      /does not allow kms:Encrypt, .* so CloudWatch makes no log group network-flow-log-group-\* with it/,
    ],
  ),
  keyRow(
    "a key that admits the services under a condition",
    {
      policy: keyPolicy(services, { Bool: { "aws:SecureTransport": "true" } }),
    },
    [
      "warning",
      "kmsKeyArn",
      /not checked: a condition or a Deny in the policy .* decides whether logs\./,
    ],
  ),
  keyRow("a key that denies its use to everybody", { policy: denyEverybody("kms:Generate*") }, [
    "fault",
    "kmsKeyArn",
    /denies kms:GenerateDataKey, so neither/,
  ]),
  {
    fault: "the signing secret's key that signs",
    config: { cloudtakSigningSecretKmsKeyArn: samples.kmsKeyArn },
    facts: { keys: { [samples.kmsKeyArn]: { spec: "HMAC_256", usage: "GENERATE_VERIFY_MAC" } } },
    finds: ["fault", "cloudtakSigningSecretKmsKeyArn", /is HMAC_256 for GENERATE_VERIFY_MAC/],
  },
  {
    fault: "a configured key that is not the one of the signing secret",
    config: { cloudtakSigningSecretKmsKeyArn: samples.kmsKeyArn },
    facts: { secrets: { [samples.secretArn]: { kmsKeyArn: signingKeyId } } },
    finds: [
      "fault",
      "cloudtakSigningSecret",
      /signing-AbCdEf is under \S+:key\/0f0e0d0c\S+, not under cloudtakSigningSecretKmsKeyArn \S+mrk-\w+,/,
      /pulumi config set cloudtakSigningSecretKmsKeyArn arn:\S+:key\/0f0e0d0c\S+; or pulumi config rm/,
    ],
  },
  {
    fault: "the configured key of the signing secret, which the secret names by its id",
    config: { cloudtakSigningSecretKmsKeyArn: signingKey },
    facts: { secrets: { [samples.secretArn]: { kmsKeyArn: signingKeyId } } },
    finds: ["ok", "cloudtakSigningSecret", /key\/0f0e0d0c\S+, whose policy lets all use it/],
  },
  {
    fault: "a configured key of a signing secret that is under the key that AWS manages",
    config: { cloudtakSigningSecretKmsKeyArn: samples.kmsKeyArn },
    finds: ["warning", "cloudtakSigningSecret", /does not encrypt the secret$/, /config rm/],
  },
  {
    fault: "a cluster of another account",
    config: { clusterArn: samples.clusterArn.replace(account, "210987654321") },
    finds: ["fault", "clusterArn", /is of account 210987654321/],
  },
  {
    fault: "a key that does not exist",
    config: { kmsKeyArn: samples.kmsKeyArn },
    facts: { missing: [samples.kmsKeyArn] },
    finds: ["fault", "kmsKeyArn", /does not exist/, /aws kms list-keys/],
  },
  {
    fault: "a permissions boundary that does not exist",
    config: { permissionsBoundaryArn: boundary },
    facts: { missing: [boundary] },
    finds: ["fault", "permissionsBoundaryArn", /does not exist/],
  },
  boundaryRow(
    "a permissions boundary that denies everything",
    [...neededStatements, { Effect: "Deny", Action: "*", Resource: "*" }],
    [
      ...(["fault", "permissionsBoundaryArn"] as const),
      /does not allow the stack's roles logs:CreateLogStream on arn:.*lambda:InvokeFunction on arn:/,
      /deployer:policy -- --stack prod .*create-policy-version --policy-arn arn:aws:iam::\S+ .*--set-as-default$/,
    ],
  ),
  boundaryRow("a permissions boundary of before, without one of the roles", olderStatements, [
    ...(["fault", "permissionsBoundaryArn"] as const),
    /policy\/boundary does not allow the stack's roles lambda:InvokeFunction on \S+:live$/,
  ]),
  boundaryRow(
    "a permissions boundary for another name of the function",
    JSON.parse(JSON.stringify(neededStatements).replaceAll("TAK-Prod", "TAK-Old")),
    ["fault", "permissionsBoundaryArn", /does not allow .*lambda:InvokeFunction/],
  ),
  boundaryRow("the permissions boundary that belongs to the stack", neededStatements, [
    ...(["ok", "permissionsBoundaryArn"] as const),
    /which allows what the stack's roles do$/,
  ]),
  boundaryRow(
    "a permissions boundary that denies under a condition",
    [
      ...neededStatements,
      {
        ...{ Effect: "Deny", Action: "*", Resource: "*" },
        Condition: { BoolIfExists: { "aws:ViaAWSService": "true" } },
      },
    ],
    ["warning", "permissionsBoundaryArn", /not checked: a condition, a Deny or a name in/],
  ),
  {
    fault: "a secret whose own policy denies it to everybody",
    facts: {
      secrets: { [samples.secretArn]: { policy: denyEverybody("SecretsManager:*Secret?alue") } },
    },
    finds: [
      "fault",
      "cloudtakSigningSecret",
      /denies secretsmanager:GetSecretValue, so the auth function's role cannot read it/,
      /get-resource-policy --secret-id arn:/,
    ],
  },
  {
    fault: "a secret whose own policy denies it to some",
    facts: {
      secrets: {
        [srtSecret]: {
          policy: denyEverybody("*", { StringNotLike: { "aws:PrincipalArn": "*:role/admin" } }),
        },
      },
    },
    finds: ["warning", "srtPassphraseSecret", /not checked: a Deny .* the task's execution role/],
  },
  {
    fault: "a customer key whose policy denies its use to the account",
    facts: {
      secrets: { [samples.secretArn]: { kmsKeyArn: signingKey } },
      keys: { [signingKey]: { policy: denyEverybody(["kms:Decrypt"]) } },
    },
    finds: [
      "fault",
      "cloudtakSigningSecret",
      /policy of its key \S+ denies kms:Decrypt/,
      /get-key-policy/,
    ],
  },
  {
    fault: "a gateway image that does not exist",
    config: { gatewayImage },
    facts: { missing: ["gateway:1.0.0"] },
    finds: ["fault", "images", /gateway:1\.0\.0 does not exist/, /push an image for linux/],
  },
  {
    fault: "a gateway image in a repository that does not exist",
    config: { gatewayImage },
    facts: { missing: [`arn:aws:ecr:${region}:${account}:repository/gateway`] },
    finds: ["fault", "images", /its repository does not exist/, /let the deployment make it/],
  },
  {
    fault: "a gateway image for other processors, in an index",
    config: { gatewayImage },
    facts: { images: { "gateway:1.0.0": { architectures: ["amd64", "unknown"] } } },
    finds: ["fault", "images", /is for amd64, not arm64$/],
  },
  {
    fault: "a gateway image for another processor",
    config: { gatewayImage },
    facts: { images: { "gateway:1.0.0": { architectures: ["amd64"], isIndex: false } } },
    machine: { getJson: async () => ({ status: 200, body: { architecture: "amd64" } }) },
    finds: ["fault", "images", /is for amd64, not arm64$/],
  },
  {
    fault: "a gateway image that is as it should be",
    config: { gatewayImage },
    facts: { images: { "gateway:1.0.0": { architectures: ["amd64", "arm64"] } } },
    finds: ["ok", "images", /exists, for amd64, arm64$/],
  },
  {
    fault: "a MediaMTX image that does not exist",
    config: { mediamtxImage: gatewayImage.replace("gateway:1.0.0", `mediamtx@${digest}`) },
    facts: { missing: [`mediamtx@${digest}`] },
    finds: ["fault", "images", /mediamtx@sha256:0+ does not exist/],
  },
  {
    fault: "a gateway image in another registry",
    config: { gatewayImage: "ghcr.io/example/gateway:1.0.0" },
    finds: ["warning", "images", /not checked: .* not in ECR/, /docker manifest inspect/],
  },
];
