import { isKeyShaped, isSecretName } from "../aws/secretDetection";
import { aws } from "../aws/typeTokens";
import { among, isSet, matches } from "../kit/predicates";
import { resourceRule } from "../kit/rule";
import { allOf, ask, known, not } from "../kit/tristate";

const functions = aws("lambda", "Function");
const permissions = aws("lambda", "Permission");

export const lambdaPermissionPrincipal = resourceRule({
  name: "lambda-permission-principal",
  description: "Prohibits functions that everyone may invoke.",
  severity: "critical",
  level: "always",
  ids: { fsbp: ["Lambda.1"], checkov: ["CKV_AWS_301"] },
  remediationSteps: "Name the account or the AWS service as principal.",
  types: permissions,
  check: (permission, report) =>
    report.require(
      permission.get("principal"),
      (principal) => isSet(principal) && !principal.text().includes("*"),
      "everyone may invoke the function",
    ),
});

export const lambdaPermissionSource = resourceRule({
  name: "lambda-permission-source",
  description: "Requires an AWS service that invokes a function to do so for named resources.",
  severity: "high",
  level: "always",
  ids: { checkov: ["CKV_AWS_364"], other: ["pulumi:configureSourceArn"] },
  remediationSteps:
    "Set sourceArn, or sourceAccount: else other customers' resources may invoke it.",
  types: permissions,
  check: (permission, report) => {
    if (!report.is(permission.get("principal"), matches(/\.amazonaws\.com(\.cn)?$/))) return;
    const [arn, account] = [permission.get("sourceArn"), permission.get("sourceAccount")];
    const isAnyone = allOf(not(ask(arn, isSet)), not(ask(account, isSet)));
    report.refuse(isAnyone, arn, "the service may invoke it for any customer");
  },
});

export const functionUrlAuthorization = resourceRule({
  name: "function-url-authorization",
  description: "Requires IAM authorization on function URLs.",
  severity: "critical",
  level: "always",
  ids: { checkov: ["CKV_AWS_258"] },
  remediationSteps: 'Set authorizationType to "AWS_IAM", or invoke the function by its ARN.',
  types: aws("lambda", "FunctionUrl"),
  check: (url, report) =>
    report.require(
      url.get("authorizationType"),
      among("AWS_IAM"),
      "everyone on the internet may invoke the function",
    ),
});

/**
 * Runtimes that Lambda supports beyond 2026, oldest first by language.
 * Source: docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const runtimes = [
  ...["nodejs22.x", "nodejs24.x", "python3.12", "python3.13", "python3.14", "java21", "java25"],
  ...["dotnet10", "ruby3.3", "ruby3.4", "provided.al2023"],
];

export const lambdaRuntime = resourceRule({
  name: "lambda-runtime",
  description: "Requires a runtime that gets security updates.",
  severity: "medium",
  level: "always",
  ids: { fsbp: ["Lambda.2"], checkov: ["CKV_AWS_363"], cdkNag: ["L1"] },
  remediationSteps: `Use one of ${runtimes.join(", ")}, or name the runtime in the rule's configuration.`,
  config: {
    properties: { runtimes: { type: "array", items: { type: "string" }, default: runtimes } },
    defaults: { runtimes },
  },
  types: functions,
  check: (handler, report, { config }) => {
    if (report.is(handler.get("packageType"), among("Image"))) return;
    report.require(
      handler.get("runtime"),
      among(...config.runtimes),
      "the runtime is out of support",
    );
  },
});

export const lambdaConcurrency = resourceRule({
  name: "lambda-concurrency",
  description:
    "Recommends reserved concurrency, which keeps one function from starving the others.",
  severity: "low",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_115"] },
  remediationSteps: "Set reservedConcurrentExecutions.",
  types: functions,
  check: (handler, report) =>
    report.require(
      handler.get("reservedConcurrentExecutions"),
      (property) => (property.number ?? -1) >= 0,
      "the function shares the account's concurrency",
    ),
});

export const lambdaSecrets = resourceRule({
  name: "lambda-secrets",
  description: "Prohibits secrets in the environment of functions, where every reader sees them.",
  severity: "high",
  level: "always",
  ids: { checkov: ["CKV_AWS_45"] },
  remediationSteps: "Put the value into Secrets Manager and read it from there.",
  types: functions,
  check: (handler, report) => {
    const variables = handler.at("environment.variables");
    if (!report.is(variables, () => true)) return;
    for (const { key, value } of variables.entries()) {
      const problem = `"${key.text()}" looks like a secret in clear`;
      if (isSecretName(key.text())) report.refuse(known(true), value, problem);
      else
        report.refuse(
          ask(value, (property) => isKeyShaped(property.text())),
          value,
          problem,
        );
    }
  },
});

export const lambdaTracing = resourceRule({
  name: "lambda-tracing",
  description: "Recommends X-Ray tracing of functions.",
  severity: "low",
  level: "advisory",
  ids: { checkov: ["CKV_AWS_50"], other: ["pulumi:enableTracingConfig"] },
  remediationSteps: 'Set tracingConfig.mode to "Active".',
  types: functions,
  check: (handler, report) =>
    report.require(handler.at("tracingConfig.mode"), among("Active"), "calls are not traced"),
});

export const lambdaRules = [
  lambdaPermissionPrincipal,
  lambdaPermissionSource,
  functionUrlAuthorization,
  lambdaRuntime,
  lambdaConcurrency,
  lambdaSecrets,
  lambdaTracing,
] as const;
