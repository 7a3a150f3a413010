import * as samples from "../../config/samples";
import { account } from "../../runtime/stack";
import { boundary, type Row, signingKey, srtSecret } from "./fixtures";

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
];
