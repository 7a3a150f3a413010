import { DescribeKeyCommand, GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { DescribeSecretCommand, GetResourcePolicyCommand } from "@aws-sdk/client-secrets-manager";
import type { Check } from "../../checks/examine";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import type { DoctorContext } from "../context";
import { admitsIam, denial } from "../resourcePolicy";
import { missingOr, placeFault } from "./arns";

interface SecretRow {
  readonly subject: string;
  /** Role of the stack that reads it. */
  readonly reader: string;
  readonly arnOf: (context: DoctorContext) => Promise<string>;
  readonly applies?: (context: DoctorContext) => boolean;
}

const rows: readonly SecretRow[] = [
  {
    subject: "cloudtakSigningSecret",
    reader: "the auth function's role",
    arnOf: async ({ cloudtak }) => (await cloudtak()).signingSecretArn,
  },
  {
    subject: "srtPassphraseSecret",
    reader: "the task's execution role",
    arnOf: async ({ settings }) => settings.srtPassphraseSecretArn ?? "",
    applies: ({ settings }) => settings.srtPassphraseSecretArn !== undefined,
  },
];

/** Each secret exists, nothing denies it to the role that reads it, and its key lets that decrypt. */
export const secrets: readonly Check<DoctorContext>[] = rows.map((row) => ({
  subject: row.subject,
  applies: row.applies ?? (() => true),
  run: async (context, abortSignal) => {
    const { aws, identity, region } = context;
    const { subject } = row;
    const arn = await row.arnOf(context);
    const { account } = await identity();
    const remedy = `aws secretsmanager list-secrets; pulumi config set --plaintext ${subject}Arn <its ARN>`;
    const misplaced = placeFault(arn, { account, region });
    if (misplaced) return [fault(subject, `${arn} ${misplaced}`, remedy)];
    try {
      const command = new DescribeSecretCommand({ SecretId: arn });
      const { KmsKeyId, DeletedDate } = await aws.secrets.send(command, { abortSignal });
      if (DeletedDate) {
        const restore = `aws secretsmanager restore-secret --secret-id ${arn}`;
        return [fault(subject, `${arn} is scheduled for deletion`, restore)];
      }
      const denied = await denialFinding(row, arn, context, abortSignal);
      if (denied?.level === "fault") return [denied];
      const others = denied === undefined ? [] : [denied];
      if (KmsKeyId === undefined || KmsKeyId.endsWith("alias/aws/secretsmanager")) {
        return [ok(subject, `${arn}, under the key that AWS manages`), ...others];
      }
      return [await keyFinding(row, arn, KmsKeyId, context, abortSignal), ...others];
    } catch (error) {
      return [missingOr(subject, arn, error, remedy)];
    }
  },
}));

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
      ResourcePolicy && denial(ResourcePolicy, account, "secretsmanager:GetSecretValue");
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

/** `keyId` may be an id, an alias or an ARN; ids and aliases are of the secret's own account. */
async function keyFinding(
  { subject, reader }: SecretRow,
  arn: string,
  keyId: string,
  { aws, identity }: DoctorContext,
  abortSignal: AbortSignal,
): Promise<Finding> {
  const { account } = await identity();
  try {
    const described = await aws.kms.send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal });
    const { Arn = keyId, KeyManager, KeyState } = described.KeyMetadata ?? {};
    if (KeyState !== "Enabled") {
      const remedy = `aws kms enable-key --key-id ${Arn}`;
      return fault(subject, `its key ${Arn} is ${KeyState}`, remedy);
    }
    if (KeyManager === "AWS") return ok(subject, `${arn}, under the key that AWS manages`);
    if (Arn.split(":")[4] !== account) {
      return notChecked(
        subject,
        `its key ${Arn} is of another account`,
        `let the policy of that key admit kms:Decrypt for ${reader}`,
      );
    }
    const command = new GetKeyPolicyCommand({ KeyId: Arn, PolicyName: "default" });
    const { Policy = "{}" } = await aws.kms.send(command, { abortSignal });
    const denied = denial(Policy, account, "kms:Decrypt");
    const look = `aws kms get-key-policy --key-id ${Arn}`;
    if (denied === "always") {
      const message = `the policy of its key ${Arn} denies kms:Decrypt, so ${reader} cannot read it`;
      return fault(subject, message, `${look}; except the stack's roles from its Deny`);
    }
    if (denied === "perhaps") {
      const message = `a Deny in the policy of its key ${Arn} may hold for ${reader}`;
      return notChecked(subject, message, look);
    }
    if (admitsIam(Policy, account, "kms:Decrypt")) {
      return ok(subject, `${arn}, under ${Arn}, which leaves kms:Decrypt to IAM`);
    }
    return fault(
      subject,
      `the policy of its key ${Arn} does not leave kms:Decrypt to IAM, so ${reader} cannot read it`,
      `aws kms put-key-policy --key-id ${Arn} with a statement that allows kms:Decrypt to the principal ${account}`,
    );
  } catch (error) {
    return missingOr(subject, `its key ${keyId}`, error, "aws kms list-keys");
  }
}
