import type { Settings } from "../../../config";
import { fault } from "../../checks/finding";
import { arnOf } from "../../permissions/arn";
import { isNewNetwork, logGroupNames } from "../../permissions/row";
import type { DoctorCheck, Identity } from "../context";
import { type KeyUse, keyFindings } from "../kmsKey";
import { placeFault } from "../placement";

interface KeyRow {
  readonly key: "kmsKeyArn" | "cloudtakSigningSecretKmsKeyArn";
  readonly uses: (settings: Settings, identity: Identity, region: string) => readonly KeyUse[];
}

const rows: readonly KeyRow[] = [
  { key: "kmsKeyArn", uses: stackKeyUses },
  {
    key: "cloudtakSigningSecretKmsKeyArn",
    uses: (_settings, { account }) => [
      {
        principal: account,
        actions: ["kms:Decrypt"],
        otherwise: "the auth function's role cannot read the secret",
      },
    ],
  },
];

/** Each configured key encrypts, and everybody may use it who has to. */
export const kmsKeys: readonly DoctorCheck[] = rows.map(({ key, uses }) => ({
  subject: key,
  reads: ["aws:region", key],
  applies: ({ settings }) => settings[key] !== undefined,
  run: async ({ aws, settings, identity, region }, abortSignal) => {
    const keyId = settings[key] ?? "";
    const caller = await identity();
    const misplaced = placeFault(keyId, caller, region);
    if (misplaced) {
      const remedy = `aws kms list-keys; pulumi config set ${key} <its ARN>`;
      return [fault(key, `${keyId} ${misplaced}`, remedy)];
    }
    const { account } = caller;
    const asked = uses(settings, caller, region);
    return keyFindings({ subject: key, keyId, uses: asked, account }, aws, abortSignal);
  },
}));

const encryption = [
  ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
  ...["kms:GenerateDataKey", "kms:DescribeKey"],
];

/** Who encrypts with the stack's own key: log groups, access logs, alarms, and through IAM all the rest. */
function stackKeyUses(settings: Settings, { account, arn }: Identity, region: string): KeyUse[] {
  const { alarmEmail } = settings;
  const { flowLog, ...groups } = logGroupNames(settings);
  const logGroups = [...Object.values(groups), ...(isNewNetwork(settings) ? [flowLog] : [])];
  const place = { account, region, partition: arn.split(":")[1] ?? "aws" };
  const ofAccount = { "aws:SourceAccount": account };
  return [
    {
      principal: account,
      actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey"],
      context: { "kms:CallerAccount": account },
      otherwise: "neither the deployer nor the stack's roles can use it",
    },
    ...logGroups.map((name) => ({
      principal: `logs.${region}.amazonaws.com`,
      actions: encryption,
      context: {
        ...ofAccount,
        "kms:EncryptionContext:aws:logs:arn": arnOf("logs", `log-group:${name}`, place),
      },
      otherwise: `CloudWatch makes no log group ${name} with it`,
    })),
    {
      principal: "delivery.logs.amazonaws.com",
      actions: ["kms:GenerateDataKey", "kms:Decrypt"],
      context: ofAccount,
      otherwise: "the load balancer's access logs are not written",
    },
    ...(alarmEmail === undefined
      ? []
      : [
          {
            principal: "cloudwatch.amazonaws.com",
            actions: ["kms:GenerateDataKey", "kms:Decrypt"],
            context: ofAccount,
            otherwise: "no alarm is sent",
          },
        ]),
  ];
}
