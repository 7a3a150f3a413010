import { DescribeSecretCommand, GetResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import type { KeyName } from "../../../config/keys";
import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { DoctorCheck, DoctorContext } from "../context";
import { keyFindings } from "../kmsKey";
import { missingOr, placeFault } from "../placement";
import { denial } from "../resourcePolicy";

interface SecretRow {
  readonly subject: string;
  readonly reads: readonly KeyName[];
  /** Role of the stack that reads it. */
  readonly reader: string;
  readonly arnOf: (context: DoctorContext) => Promise<string>;
  readonly applies?: (context: DoctorContext) => boolean;
  /** Where its key is configured. */
  readonly keyName?: "cloudtakSigningSecretKmsKeyArn";
}

const rows: readonly SecretRow[] = [
  {
    subject: "cloudtakSigningSecret",
    reads: ["cloudtakSigningSecretArn", "cloudtakStack", "cloudtakSigningSecretKmsKeyArn"],
    keyName: "cloudtakSigningSecretKmsKeyArn",
    reader: "the auth function's role",
    arnOf: async ({ cloudtak }) => (await cloudtak()).signingSecretArn,
  },
  {
    subject: "srtPassphraseSecret",
    reads: ["srtPassphraseSecretArn"],
    reader: "the task's execution role",
    arnOf: async ({ settings }) => settings.srtPassphraseSecretArn ?? "",
    applies: ({ settings }) => settings.srtPassphraseSecretArn !== undefined,
  },
];

/** Each secret exists, nothing denies it to the role that reads it, and its key lets that decrypt. */
export const secrets: readonly DoctorCheck[] = rows.map((row) => ({
  subject: row.subject,
  reads: ["aws:region", ...row.reads],
  applies: row.applies ?? (() => true),
  run: async (context, abortSignal) => {
    const { aws, identity, region, settings } = context;
    const { subject, keyName } = row;
    const keyArn = keyName && settings[keyName];
    const configured =
      keyName === undefined || keyArn === undefined ? undefined : { key: keyName, arn: keyArn };
    const arn = await row.arnOf(context);
    const caller = await identity();
    const remedy = `aws secretsmanager list-secrets; pulumi config set --plaintext ${subject}Arn <its ARN>`;
    const misplaced = placeFault(arn, caller, region);
    if (misplaced) return [fault(subject, `${arn} ${misplaced}`, remedy)];
    try {
      const command = new DescribeSecretCommand({ SecretId: arn });
      const { ARN, KmsKeyId, DeletedDate } = await aws.secrets.send(command, { abortSignal });
      if (ARN !== arn) {
        const whole = `pulumi config set --plaintext ${subject}Arn ${ARN}`;
        return [fault(subject, `${arn} is not the whole ARN, which IAM goes by`, whole)];
      }
      if (DeletedDate) {
        const restore = `aws secretsmanager restore-secret --secret-id ${arn}`;
        return [fault(subject, `${arn} is scheduled for deletion`, restore)];
      }
      const denied = await denialFinding(row, arn, context, abortSignal);
      if (denied?.level === "fault") return [denied];
      const others = denied === undefined ? [] : [denied];
      if (KmsKeyId === undefined || KmsKeyId.endsWith("alias/aws/secretsmanager")) {
        return [
          ok(subject, `${arn}, under the key that AWS manages`),
          ...(configured === undefined ? [] : [needlessKey(subject, configured.key)]),
          ...others,
        ];
      }
      const use = {
        principal: caller.account,
        actions: ["kms:Decrypt"],
        context: { "kms:CallerAccount": caller.account },
        otherwise: `${row.reader} cannot read it`,
      };
      const { account } = caller;
      const key = { subject, keyId: KmsKeyId, secretArn: arn, configured, uses: [use], account };
      return [...(await keyFindings(key, aws, abortSignal)), ...others];
    } catch (error) {
      if (abortSignal.aborted) throw error;
      return [missingOr(subject, arn, error, remedy)];
    }
  },
}));

const needlessKey = (subject: string, key: KeyName): Finding =>
  warning(
    subject,
    `${key} lets the role use a key that does not encrypt the secret`,
    `pulumi config rm ${key}`,
  );

/** What the secret's own policy denies; undefined for nothing. */
async function denialFinding(
  { subject, reader }: SecretRow,
  arn: string,
  { aws, identity }: DoctorContext,
  abortSignal: AbortSignal,
): Promise<Finding | undefined> {
  const { account } = await identity();
  const command = new GetResourcePolicyCommand({ SecretId: arn });
  try {
    const { ResourcePolicy } = await aws.secrets.send(command, { abortSignal });
    const denied =
      ResourcePolicy &&
      denial(ResourcePolicy, {
        principal: account,
        action: "secretsmanager:GetSecretValue",
        resource: arn,
      });
    const remedy = `aws secretsmanager get-resource-policy --secret-id ${arn}`;
    if (denied === "always") {
      const message = `the policy of ${arn} denies secretsmanager:GetSecretValue, so ${reader} cannot read it`;
      return fault(subject, message, `${remedy}; except the stack's roles from its Deny`);
    }
    if (denied === "perhaps") {
      const message = `a Deny in the policy of ${arn} may hold for ${reader}`;
      return notChecked(subject, message, remedy);
    }
    return undefined;
  } catch (error) {
    if (abortSignal.aborted || !(error instanceof Error)) throw error;
    return notChecked(subject, `the policy of ${arn}: ${error.name}: ${error.message}`);
  }
}
