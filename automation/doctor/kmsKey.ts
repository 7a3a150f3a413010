import { DescribeKeyCommand, GetKeyPolicyCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import type { KeyName } from "../../config/keys";
import { type Finding, fault, notChecked, ok } from "../checks/finding";
import type { AwsClients } from "./awsClients";
import { missingOr } from "./placement";
import { allowance, denial, type PolicyRequest } from "./resourcePolicy";

/** What somebody does with a key. */
export interface KeyUse extends Pick<PolicyRequest, "context"> {
  readonly principal: string;
  readonly actions: readonly string[];
  /** What is so while he may not. */
  readonly otherwise: string;
}

export interface KeyToCheck {
  readonly subject: string;
  /** ARN, or id or alias of the account's own. */
  readonly keyId: string;
  /** ARN of the secret that it encrypts, where it is not itself configured. */
  readonly secretArn?: string;
  /** ARN of the key that the configuration takes it for, and where. */
  readonly configured?: { readonly key: KeyName; readonly arn: string } | undefined;
  readonly uses: readonly KeyUse[];
  readonly account: string;
}

/** Whether a key can encrypt for the stack: it is enabled, symmetric, and its policy lets everybody who has to use it. */
export async function keyFindings(
  { subject, keyId, secretArn, configured, uses, account }: KeyToCheck,
  { kms }: AwsClients,
  abortSignal: AbortSignal,
): Promise<Finding[]> {
  const called = secretArn === undefined ? "" : "its key ";
  const good = (arn: string, text: string) =>
    ok(subject, `${secretArn === undefined ? "" : `${secretArn}, under `}${arn}, ${text}`);
  try {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }), {
      abortSignal,
    });
    const arn = KeyMetadata?.Arn ?? keyId;
    const name = `${called}${arn}`;
    if (configured !== undefined && configured.arn !== arn) {
      return [
        fault(
          subject,
          `${secretArn} is under ${arn}, not under ${configured.key} ${configured.arn}, so nobody can read it with that`,
          `pulumi config set ${configured.key} ${arn}; or pulumi config rm ${configured.key}`,
        ),
      ];
    }
    const unusable = stateFault(subject, name, arn, KeyMetadata);
    if (unusable) return [unusable];
    if (KeyMetadata?.KeyManager === "AWS") {
      return [good(arn, "which AWS manages")];
    }
    if (arn.split(":")[4] !== account) {
      const actions = uses.flatMap((use) => use.actions).join(", ");
      const remedy = `let the policy of that key admit ${actions} for the account ${account}`;
      return [notChecked(subject, `${name} is of another account`, remedy)];
    }
    const command = new GetKeyPolicyCommand({ KeyId: arn, PolicyName: "default" });
    const { Policy = "" } = await kms.send(command, { abortSignal });
    const found = uses.flatMap((use) => useFindings(subject, name, arn, Policy, use));
    const isOk = found.every(({ level }) => level === "ok");
    return isOk ? [good(arn, "whose policy lets all use it who have to")] : found;
  } catch (error) {
    if (abortSignal.aborted) throw error;
    return [missingOr(subject, `${called}${keyId}`, error, "aws kms list-keys")];
  }
}

/** Log groups, buckets, repositories, topics, secrets and functions take symmetric keys alone. */
function stateFault(
  subject: string,
  name: string,
  arn: string,
  { KeyState, KeySpec, KeyUsage }: Partial<KeyMetadata> = {},
): Finding | undefined {
  if (KeyState !== "Enabled") {
    const remedy =
      KeyState === "PendingDeletion"
        ? `aws kms cancel-key-deletion --key-id ${arn}; aws kms enable-key --key-id ${arn}`
        : `aws kms enable-key --key-id ${arn}`;
    return fault(subject, `${name} is ${KeyState}`, remedy);
  }
  if (KeySpec === "SYMMETRIC_DEFAULT" && KeyUsage === "ENCRYPT_DECRYPT") return undefined;
  return fault(
    subject,
    `${name} is ${KeySpec} for ${KeyUsage}; needed is SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT`,
    "aws kms create-key",
  );
}

function useFindings(
  subject: string,
  name: string,
  resource: string,
  policy: string,
  { principal, context, actions, otherwise }: KeyUse,
): Finding[] {
  const asked = actions.map((action) => {
    const request = { principal, action, resource, ...(context ? { context } : {}) };
    return { action, denied: denial(policy, request), allowed: allowance(policy, request) };
  });
  const named = (those: typeof asked) => those.map(({ action }) => action).join(", ");
  const look = `aws kms get-key-policy --key-id ${resource}`;
  const denied = asked.filter((each) => each.denied === "always");
  const missing = asked.filter((each) => each.allowed === undefined && each.denied !== "always");
  const open = asked.filter(
    (each) => each.allowed !== undefined && [each.denied, each.allowed].includes("perhaps"),
  );
  const isService = principal.includes(".");
  return [
    ...(denied.length === 0
      ? []
      : [
          fault(
            subject,
            `the policy of ${name} denies ${named(denied)}${isService ? ` to ${principal}` : ""}, so ${otherwise}`,
            `${look}; except the stack's roles and AWS's services from its Deny`,
          ),
        ]),
    ...(missing.length === 0
      ? []
      : [
          fault(
            subject,
            isService
              ? `the policy of ${name} does not allow ${named(missing)} to ${principal}, so ${otherwise}`
              : `the policy of ${name} does not leave ${named(missing)} to IAM, so ${otherwise}`,
            `aws kms put-key-policy --key-id ${resource} with a statement that allows ${named(missing)} to the principal ${principal}`,
          ),
        ]),
    ...(open.length === 0
      ? []
      : [
          notChecked(
            subject,
            `a condition or a Deny in the policy of ${name} decides whether ${isService ? principal : "IAM"} may grant ${named(open)}`,
            look,
          ),
        ]),
  ];
}
