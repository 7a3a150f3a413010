import { type CaseTable, on, unknown } from "./case";

const handler = "aws:lambda/function:Function";
const permission = "aws:lambda/permission:Permission";
const s3 = { principal: "s3.amazonaws.com" };
const variables = (entries: object | string) => ({ environment: { variables: entries } });

export const lambdaAndCloudwatch: CaseTable = {
  "lambda-permission-principal": on(
    permission,
    {},
    {
      good: [{ principal: "123456789012" }, s3],
      bad: [{ principal: "*" }, {}],
      nearBad: [{ principal: "arn:aws:iam::*:root" }],
      unknown: [{ principal: unknown.string }],
    },
  ),
  "lambda-permission-source": on(permission, s3, {
    good: [{ sourceArn: "arn:aws:s3:::bucket" }, { sourceAccount: "123456789012" }],
    bad: [{}, { sourceArn: "" }],
    nearGood: [{ principal: "123456789012" }, { sourceAccount: "1", sourceArn: unknown.string }],
    nearBad: [{ principal: "s3.amazonaws.com.cn" }],
    unknown: [{ sourceArn: unknown.string }, { principal: unknown.string }],
  }),
  "function-url-authorization": on(
    "aws:lambda/functionUrl:FunctionUrl",
    {},
    {
      good: [{ authorizationType: "AWS_IAM" }],
      bad: [{ authorizationType: "NONE" }, {}],
      nearBad: [{ authorizationType: "aws_iam" }],
      unknown: [{ authorizationType: unknown.string }],
    },
  ),
  "lambda-runtime": on(
    handler,
    {},
    {
      good: [
        { runtime: "nodejs24.x" },
        { runtime: "nodejs22.x" },
        { runtime: "python3.14" },
        { packageType: "Image" },
      ],
      bad: [{ runtime: "nodejs16.x" }, {}],
      nearBad: [
        { runtime: "nodejs20.x" },
        { runtime: "nodejs2.x" },
        { runtime: "python3.1" },
        { packageType: "Zip" },
      ],
      unknown: [{ runtime: unknown.string }],
    },
  ),
  "lambda-concurrency": on(
    handler,
    {},
    {
      good: [{ reservedConcurrentExecutions: 10 }],
      bad: [{}],
      nearGood: [{ reservedConcurrentExecutions: 0 }],
      nearBad: [{ reservedConcurrentExecutions: -1 }],
      unknown: [{ reservedConcurrentExecutions: unknown.number }],
    },
  ),
  "lambda-secrets": on(
    handler,
    {},
    {
      good: [{}, variables({ LOG_LEVEL: "info", SECRET_ARN: "arn" })],
      bad: [variables({ DB_PASSWORD: "x" }), variables({ ORDINARY: "AKIAIOSFODNN7EXAMPLE" })],
      nearGood: [
        variables({ KEYBOARD: "de" }),
        variables({ ORDINARY: unknown.string, NONE: "" }),
      ].slice(0, 1),
      nearBad: [variables({ LOG_LEVEL: "info", API_TOKEN: unknown.string })],
      unknown: [variables(unknown.string), variables({ ORDINARY: unknown.string })],
    },
  ),
  "lambda-tracing": on(
    handler,
    {},
    {
      good: [{ tracingConfig: { mode: "Active" } }],
      bad: [{}, { tracingConfig: { mode: "PassThrough" } }],
      nearBad: [{ tracingConfig: { mode: "active" } }],
      unknown: [{ tracingConfig: { mode: unknown.string } }],
    },
  ),
  "log-retention": on(
    "aws:cloudwatch/logGroup:LogGroup",
    {},
    {
      good: [{ retentionInDays: 400 }],
      bad: [{}, { retentionInDays: 7 }, { retentionInDays: 0 }],
      nearGood: [{ retentionInDays: 365 }, { retentionInDays: "365" }],
      nearBad: [{ retentionInDays: 364 }],
      unknown: [{ retentionInDays: unknown.number }],
    },
  ),
  "log-group-key": on(
    "aws:cloudwatch/logGroup:LogGroup",
    {},
    {
      good: [{ kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/1" }],
      bad: [{}],
      nearBad: [{ kmsKeyId: "" }],
      unknown: [{ kmsKeyId: unknown.string }],
    },
  ),
  "alarm-actions": on(
    "aws:cloudwatch/metricAlarm:MetricAlarm",
    {},
    {
      good: [{ alarmActions: ["arn"] }, { alarmActions: ["arn"], actionsEnabled: true }],
      bad: [{}, ["aws:cloudwatch/compositeAlarm:CompositeAlarm", { alarmActions: [] }]],
      nearGood: [{ alarmActions: [unknown.string] }],
      nearBad: [{ alarmActions: ["arn"], actionsEnabled: false }, { okActions: ["arn"] }],
      unknown: [
        { alarmActions: unknown.array },
        { alarmActions: ["arn"], actionsEnabled: unknown.string },
      ],
    },
  ),
};
