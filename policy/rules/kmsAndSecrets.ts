import { allowing, isPublic } from "../aws/policyDocument";
import { aws } from "../aws/typeTokens";
import { among, isNotTrue, isSet, isTrue, matches } from "../kit/predicates";
import { resourceRule, stackRule } from "../kit/rule";
import { anyOf, ask, known, not } from "../kit/tristate";

const keys = aws("kms", "Key");
const secrets = aws("secretsmanager", "Secret");

export const kmsRotation = resourceRule({
  name: "kms-rotation",
  description: "Requires symmetric KMS keys to be rotated every year.",
  severity: "medium",
  level: "always",
  ids: { fsbp: ["KMS.4"], checkov: ["CKV_AWS_7"], cdkNag: ["KMS5"] },
  remediationSteps: "Set enableKeyRotation to true.",
  types: keys,
  check: (key, report) => {
    const isSymmetric = (property: typeof key) =>
      property.missing || among("SYMMETRIC_DEFAULT")(property);
    const spec = key.get("customerMasterKeySpec");
    if (!report.is(spec, isSymmetric)) return;
    report.require(key.get("enableKeyRotation"), isTrue, "the key is never rotated");
  },
});

export const kmsPolicyPrincipal = resourceRule({
  name: "kms-policy-principal",
  description: "Prohibits KMS keys that everyone may use.",
  severity: "critical",
  level: "always",
  ids: { fsbp: ["KMS.5"], checkov: ["CKV_AWS_33"] },
  remediationSteps: "Name the accounts, roles or services that may use the key.",
  types: aws("kms", "Key", "KeyPolicy", "ExternalKey", "ReplicaKey"),
  check: (key, report) => {
    for (const statement of allowing(key.get("policy"), report)) {
      report.refuse(known(isPublic(statement, report)), statement, "everyone may use the key");
    }
  },
});

export const secretKey = resourceRule({
  name: "secret-key",
  description: "Recommends secrets that are encrypted with a key of one's own.",
  severity: "medium",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_149"] },
  remediationSteps: "Set kmsKeyId to a key of your own.",
  types: secrets,
  check: (secret, report) =>
    report.require(
      secret.get("kmsKeyId"),
      (key) => isSet(key) && !matches(/alias\/aws\//)(key),
      "the secret is encrypted with AWS's own key",
    ),
});

export const secretRotation = stackRule({
  name: "secret-rotation",
  description: "Recommends the rotation of each secret.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["SecretsManager.1"], checkov: ["CKV2_AWS_57"], cdkNag: ["SMG4"] },
  remediationSteps: "Add a secretsmanager.SecretRotation for the secret.",
  checkStack: (stack, report) => {
    const rotations = stack.of(aws("secretsmanager", "SecretRotation"));
    for (const secret of stack.of(secrets)) {
      const isRotated = anyOf(
        known(false),
        ...rotations.map((rotation) => stack.refers(rotation, "secretId", secret)),
      );
      report.refuse(not(isRotated), secret.props, "the secret is never changed", secret);
    }
  },
});

/** KMS takes 7 to 30 days, 30 when not set; Secrets Manager 7 to 30, and 0 = at once. */
const leastDays = 7;

/** The id is older than the name: configuration files that name it must keep their effect. */
export const irreversibleSettings = resourceRule({
  name: "one-way-doors",
  description: "Prohibits settings that cannot be taken back when they prove wrong.",
  severity: "high",
  level: "production",
  ids: {},
  remediationSteps: `Keep ${leastDays} days or more to take a deletion back, and leave the lock-out check and retention modes on.`,
  types: [...keys, ...secrets, ...aws("s3", "BucketObjectLockConfiguration")],
  check: (resource, report) => {
    for (const days of ["deletionWindowInDays", "recoveryWindowInDays"]) {
      const property = resource.get(days);
      const isShort = (window: typeof property) =>
        window.number !== undefined && window.number < leastDays;
      report.refuse(ask(property, isShort), property, "a deletion cannot be taken back in time");
    }
    report.require(
      resource.get("bypassPolicyLockoutSafetyCheck"),
      isNotTrue,
      "a wrong key policy locks everyone out for ever",
    );
    const mode = resource.at("rule.defaultRetention.mode");
    report.refuse(
      ask(mode, among("COMPLIANCE")),
      mode,
      "locked objects cannot be deleted, not even by AWS",
    );
  },
});

export const kmsAndSecretsRules = [
  kmsRotation,
  kmsPolicyPrincipal,
  secretKey,
  secretRotation,
  irreversibleSettings,
] as const;
