import * as samples from "../../config/samples";
import { account } from "../../runtime/stack";
import { boundary, type Row, region, signingKey, srtSecret } from "./fixtures";

const gatewayImage = `${account}.dkr.ecr.${region}.amazonaws.com/gateway:1.0.0`;

const digest = `sha256:${"0".repeat(64)}`;

/** The account's own rights come first, as in the policy that a key is made with. */
const denyEverybody = (Action: string | readonly string[], Condition?: object) => ({
  Statement: [
    { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "*" },
    { Effect: "Deny", Principal: "*", Action, Resource: "*", ...(Condition ? { Condition } : {}) },
  ],
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
    finds: ["fault", "srtPassphraseSecret", /key\/signing is Disabled/, /aws kms enable-key/],
  },
  {
    fault: "a certificate that has expired",
    config: { certificateArn: samples.certificateArn, domainName: "", hostedZoneName: "" },
    facts: {
      certificates: { [samples.certificateArn]: { status: "EXPIRED", domainName: "a.org" } },
    },
    finds: ["fault", "certificateArn", /is EXPIRED/, /aws acm list-certificates/],
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
