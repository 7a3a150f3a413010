import { matchesAction } from "../../shared/iamPatterns";
import { knowsNoResources } from "../aws/iamActions";
import { allowing, statementsOf, textsIn } from "../aws/policyDocument";
import { aws } from "../aws/typeTokens";
import type { Findings } from "../kit/findings";
import { isSet } from "../kit/predicates";
import type { Property } from "../kit/property";
import { resourceRule } from "../kit/rule";
import { type Answer, allOf, ask, known } from "../kit/tristate";

const holders = ["Policy", "RolePolicy", "UserPolicy", "GroupPolicy"];
const attachments = ["Role", "User", "Group"].flatMap((holder) => [
  `${holder}PolicyAttachment`,
  `${holder}PolicyAttachmentsExclusive`,
]);
const types = aws("iam", ...holders, "Role");

/** Statements that allow something, in a policy or in the inline policies of a role. */
export function permissions(resource: Property, report: Findings): Property[] {
  const inline = report.each(resource.get("inlinePolicies")).map((policy) => policy.get("policy"));
  return [resource.get("policy"), ...inline].flatMap((policy) => allowing(policy, report));
}

const holds = (element: Property, report: Findings, test: (text: string) => boolean) =>
  textsIn(element, report).some((item) => test(item.text()));

/** Any text at all, or any ARN. */
const isStar = (text: string) => /^(\*|\?)*\*(\*|\?)*$|^arn:[^:]*(:\*+)+$/.test(text);

export const iamAdministrator = resourceRule({
  name: "iam-administrator",
  description: "Prohibits policies that allow every action on every resource.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["IAM.1"], checkov: ["CKV_AWS_62", "CKV_AWS_63"] },
  remediationSteps: "Name the actions and resources that are needed.",
  types: [...types, ...aws("iam", "PolicyAttachment", ...attachments)],
  check: (resource, report) => {
    for (const statement of permissions(resource, report)) {
      // NotAction and NotResource allow everything but a few: they count as everything.
      const isEveryAction =
        isSet(statement.get("NotAction")) ||
        holds(statement.get("Action"), report, (action) => isStar(action) || action === "*:*");
      const isEveryResource =
        isSet(statement.get("NotResource")) || holds(statement.get("Resource"), report, isStar);
      report.refuse(
        known(isEveryAction && isEveryResource),
        statement,
        "every action on every resource is allowed, or all but some",
      );
    }
    const lists = ["managedPolicyArns", "policyArns"].flatMap((name) =>
      report.each(resource.get(name)),
    );
    const arns = [resource.get("policyArn"), ...lists];
    for (const arn of arns) {
      report.require(
        arn,
        (property) =>
          !/:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(property.text()),
        "every action on every resource is allowed",
      );
    }
  },
});

export const iamWildcards = resourceRule({
  name: "iam-wildcards",
  description: "Recommends policies without wildcards in services or resources.",
  severity: "medium",
  level: "advisory",
  ids: { fsbp: ["IAM.21"], checkov: ["CKV_AWS_355"], cdkNag: ["IAM5"] },
  remediationSteps: "Name the actions, and the ARNs where the action knows resources.",
  types,
  check: (resource, report) => {
    for (const statement of permissions(resource, report)) {
      const [action, target] = [statement.get("Action"), statement.get("Resource")];
      const isBroad = holds(action, report, (text) => /^\*$|^[\w-]+:\*$/.test(text));
      report.refuse(known(isBroad), action, "every action of a service is allowed");
      const isAnywhere =
        holds(target, report, isStar) && holds(action, report, (text) => !knowsNoResources(text));
      report.refuse(known(isAnywhere), target, "the actions are allowed on every resource");
    }
  },
});

export const iamKmsDecrypt = resourceRule({
  name: "iam-kms-decrypt",
  description: "Prohibits policies that allow decryption with every key.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["KMS.1", "KMS.2"] },
  remediationSteps: "Name the ARNs of the keys.",
  types,
  check: (resource, report) => {
    for (const statement of permissions(resource, report)) {
      const decrypts = (text: string) =>
        ["kms:Decrypt", "kms:ReEncryptFrom"].some((action) => matchesAction(text, action));
      const isEveryKey = (text: string) =>
        isStar(text) || /^arn:aws[a-z-]*:kms:[^:]*:[^:]*:(key\/)?\*$/.test(text);
      const isBad =
        holds(statement.get("Action"), report, decrypts) &&
        holds(statement.get("Resource"), report, isEveryKey);
      report.refuse(known(isBad), statement, "everything may be decrypted");
    }
  },
});

export const iamTrust = resourceRule({
  name: "iam-trust",
  description: "Requires roles to name who may assume them.",
  severity: "high",
  level: "always",
  ids: { checkov: ["CKV_AWS_60", "CKV_AWS_61"] },
  remediationSteps: 'Name services, such as { Service: "ecs-tasks.amazonaws.com" }, or roles.',
  types: aws("iam", "Role"),
  check: (role, report) => {
    const policy = role.get("assumeRolePolicy");
    report.refuse(
      ask(policy, (property) => property.missing),
      policy,
      "the role does not say who may assume it",
    );
    for (const statement of statementsOf(policy, report)) {
      const principal = statement.get("Principal");
      report.refuse(
        allOf(
          ask(statement.get("Effect"), (effect) => effect.text() !== "Deny"),
          isVague(principal),
        ),
        statement,
        "anyone, or anyone of an account, may assume the role",
      );
    }
  },
});

/** Missing, "*", or a principal that is "*" or a whole account. */
function isVague(principal: Property): Answer {
  return ask(principal, () => {
    if (principal.missing || typeof principal.value !== "object") return true;
    return principal
      .entries()
      .flatMap(({ value }) => value.items())
      .some((item) =>
        /^(\*|\d{12}|arn:aws[a-z-]*:iam::(\d{12}|\*):(root|\*))$|\*\./.test(item.text()),
      );
  });
}

export const iamRules = [iamAdministrator, iamWildcards, iamKmsDecrypt, iamTrust] as const;
