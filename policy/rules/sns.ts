import { allowing, isPublic } from "../aws/policyDocument";
import { aws } from "../aws/typeTokens";
import { isSet } from "../kit/predicates";
import { resourceRule } from "../kit/rule";
import { allOf, ask, known, not } from "../kit/tristate";

export const snsEncrypted = resourceRule({
  name: "sns-encrypted",
  description: "Requires SNS topics to be encrypted.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["SNS.1"], checkov: ["CKV_AWS_26"] },
  remediationSteps:
    "Set kmsMasterKeyId to a key of your own: CloudWatch alarms cannot publish with alias/aws/sns.",
  types: aws("sns", "Topic"),
  check: (topic, report) =>
    report.require(topic.get("kmsMasterKeyId"), isSet, "messages are stored in clear"),
});

export const snsPolicy = resourceRule({
  name: "sns-policy",
  description: "Prohibits SNS topics that everyone may use.",
  severity: "high",
  level: "always",
  ids: { fsbp: ["SNS.4"], checkov: ["CKV_AWS_169"] },
  remediationSteps: "Name the principals, or add a condition on their account.",
  types: aws("sns", "Topic", "TopicPolicy"),
  check: (topic, report) => {
    for (const statement of allowing(topic.get("policy"), report)) {
      const isFree = not(ask(statement.get("Condition"), isSet));
      report.refuse(
        allOf(known(isPublic(statement, report)), isFree),
        statement,
        "everyone may use the topic",
      );
    }
  },
});

export const snsRules = [snsEncrypted, snsPolicy] as const;
