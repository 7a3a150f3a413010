import { aws } from "../aws/typeTokens";
import { among, atLeast, hasLength, isSet } from "../kit/predicates";
import { resourceRule } from "../kit/rule";
import { ask } from "../kit/tristate";

const logGroups = aws("cloudwatch", "LogGroup");

export const logRetention = resourceRule({
  name: "log-retention",
  description: "Requires logs to be kept for a year, and not for ever.",
  severity: "medium",
  level: "production",
  ids: { fsbp: ["CloudWatch.16"], checkov: ["CKV_AWS_66", "CKV_AWS_338"] },
  remediationSteps: "Set retentionInDays to 365 or more, or lower the rule's minimumDays.",
  config: {
    properties: { minimumDays: { type: "integer", minimum: 1, maximum: 3653, default: 365 } },
    defaults: { minimumDays: 365 },
  },
  types: logGroups,
  check: (group, report, { config }) =>
    report.require(
      group.get("retentionInDays"),
      atLeast(config.minimumDays),
      `logs are kept for ever, or less than ${config.minimumDays} days`,
    ),
});

export const logGroupKey = resourceRule({
  name: "log-group-key",
  description: "Recommends log groups that are encrypted with a key of one's own.",
  severity: "medium",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_158"] },
  remediationSteps: "Set kmsKeyId to the ARN of a key whose policy admits CloudWatch Logs.",
  types: logGroups,
  check: (group, report) =>
    report.require(group.get("kmsKeyId"), isSet, "access cannot be withdrawn by a key"),
});

export const alarmActions = resourceRule({
  name: "alarm-actions",
  description: "Requires alarms with an enabled action.",
  severity: "high",
  level: "production",
  ids: { fsbp: ["CloudWatch.15", "CloudWatch.17"], checkov: ["CKV_AWS_319"] },
  remediationSteps: "Set alarmActions to the ARN of an SNS topic, and leave actionsEnabled out.",
  types: aws("cloudwatch", "MetricAlarm", "CompositeAlarm"),
  check: (alarm, report) => {
    report.require(alarm.get("alarmActions"), hasLength(1), "the alarm notifies no one");
    const enabled = alarm.get("actionsEnabled");
    report.refuse(ask(enabled, among("false")), enabled, "the actions of the alarm are off");
  },
});

export const cloudwatchRules = [logRetention, logGroupKey, alarmActions] as const;
