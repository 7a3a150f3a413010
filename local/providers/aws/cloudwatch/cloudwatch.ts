import { logRetentionDays } from "../../../../shared/logRetention";
import type { Inventory } from "../../../account/accountStore";
import type { LocalAccount } from "../../../account/localAccount";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong, notBetween } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { admits } from "../iam/policyDocument";
import { notKeyArn } from "../kms/kms";
import { names } from "../names";

export const logGroupType = "aws:cloudwatch/logGroup:LogGroup";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

const comparisons = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "GreaterThanUpperThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanThreshold",
];

const actionLists = ["alarmActions", "okActions", "insufficientDataActions"];

/** Seconds. */
const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0);

/** CloudWatch Logs itself encrypts with the key, so the key's policy must admit the service. */
function refuseKey(inputs: Inputs, inventory: Inventory, account: LocalAccount): void {
  const arn = inputs.text("kmsKeyId");
  if (arn === undefined) return;
  const [, , , region = "", accountId] = arn.split(":");
  const own = inventory.byArn(arn);
  const policy = own ? own.properties.policy : JSON.stringify(account.key(arn).policy);
  const service = `logs.${region}.amazonaws.com`;
  const group = `arn:aws:logs:${region}:${accountId}:log-group:${inputs.text("name")}`;
  const context = { "kms:EncryptionContext:aws:logs:arn": group };
  const isAdmitted = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"].every((action) =>
    admits(policy, service, action, arn, context),
  );
  if (isAdmitted && account.has(arn, region)) return;
  throw new AwsError(
    "AccessDeniedException",
    `The specified KMS key does not exist or is not allowed to be used with Arn '${group}'`,
  );
}

/** Log groups and alarms. */
export const cloudwatch: ResourceTypes = {
  [logGroupType]: {
    inputs: inputNames[logGroupType],
    replaceOnChanges: "name namePrefix logGroupClass",
    defaults: { retentionInDays: 0, skipDestroy: false },
    naming: names.logGroup,
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "retentionInDays", "InvalidParameterException", [
          0, // For ever.
          ...logRetentionDays,
        ]),
        notKeyArn(inputs, "kmsKeyId", "InvalidParameterException"),
        notAmong(inputs, "logGroupClass", "InvalidParameterException", [
          "STANDARD",
          "INFREQUENT_ACCESS",
          "DELIVERY",
        ]),
      ),
    initialOutputs: (inputs, account) => {
      const id = inputs.text("name") ?? `${inputs.text("namePrefix") ?? ""}${account.hex(26)}`;
      return {
        id,
        name: id,
        arn: `arn:aws:logs:${account.region}:${account.id}:log-group:${id}`,
        deletionProtectionEnabled: false,
        logGroupClass: "STANDARD",
      };
    },
    validate: (inputs, inventory, self, account) => {
      refuseKey(inputs, inventory, account);
      const same = inventory.byId(logGroupType, inputs.text("name"));
      if (same && same.arn !== self?.arn) {
        throw new AwsError(
          "ResourceAlreadyExistsException",
          `The specified log group already exists: ${same.id}`,
        );
      }
    },
    validateDelete: ({ id, properties }) => {
      if (properties.deletionProtectionEnabled === true) {
        throw new AwsError(
          "ValidationException",
          `log group ${id} has deletion protection enabled`,
        );
      }
    },
  },

  [alarmType]: {
    inputs: inputNames[alarmType],
    replaceOnChanges: "name",
    defaults: { actionsEnabled: true, treatMissingData: "missing" },
    naming: names.alarm,
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "comparisonOperator", "ValidationError", comparisons),
        notBetween(inputs, "evaluationPeriods", "ValidationError", [1, 1_000_000]),
        failWhen(
          (inputs.number("datapointsToAlarm") ?? 0) > (inputs.number("evaluationPeriods") ?? 1),
          "datapointsToAlarm",
          "ValidationError",
          "DatapointsToAlarm should be less than or equal to EvaluationPeriods",
        ),
        failWhen(
          !isPeriod(inputs.number("period") ?? 60),
          "period",
          "ValidationError",
          `Period must be 1, 5, 10, 20, 30 or a multiple of 60, not ${inputs.number("period")}`,
        ),
        failWhen(
          (inputs.text("alarmDescription") ?? "").length > 1024,
          "alarmDescription",
          "ValidationError",
          "1 validation error detected: Value at 'alarmDescription' failed to satisfy constraint: Member must have " +
            "length less than or equal to 1024",
        ),
        notAmong(inputs, "treatMissingData", "ValidationError", [
          "breaching",
          "notBreaching",
          "ignore",
          "missing",
        ]),
        notAmong(inputs, "statistic", "ValidationError", [
          "SampleCount",
          "Average",
          "Sum",
          "Minimum",
          "Maximum",
        ]),
        failWhen(
          !inputs.has("evaluationCriteria") &&
            inputs.has("metricName") === inputs.has("metricQueries"),
          "metricName",
          "ValidationError",
          "set exactly one of metricName, metricQueries",
        ),
        ...["namespace", "period"].map((name) =>
          failWhen(
            inputs.has("metricName") && !inputs.has(name),
            name,
            "ValidationError",
            `an alarm on a metric needs "${name}"`,
          ),
        ),
        failWhen(
          inputs.has("metricName") && inputs.has("statistic") === inputs.has("extendedStatistic"),
          "statistic",
          "ValidationError",
          "set exactly one of statistic, extendedStatistic",
        ),
        ...actionLists.map((name) =>
          failWhen(
            inputs.count(name) > 5,
            name,
            "ValidationError",
            `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length ` +
              "less than or equal to 5",
          ),
        ),
        ...actionLists.flatMap((name) =>
          inputs
            .texts(name)
            .map((arn) =>
              failWhen(!arn.startsWith("arn:"), name, "ValidationError", `"${arn}" is not an ARN`),
            ),
        ),
      ),
    initialOutputs: (inputs, account) => ({
      id: inputs.text("name") ?? "",
      arn: `arn:aws:cloudwatch:${account.region}:${account.id}:alarm:${inputs.text("name")}`,
      evaluateLowSampleCountPercentiles: "",
    }),
  },
};
