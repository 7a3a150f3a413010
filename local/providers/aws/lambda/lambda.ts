import { createHash } from "node:crypto";
import type { Inventory, Item } from "../../../account/accountStore";
import { planRoles } from "../../../runtime/iam/planRoles";
import { evaluateForRole } from "../../../runtime/iam/policyEvaluation";
import { State, withExisting } from "../../../runtime/state";
import { AwsError } from "../../engine/awsError";
import {
  failuresIn,
  failWhen,
  notAmong,
  notBetween,
  notExactlyOne,
  notMatching,
} from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { contentHash, isObject, type Properties, unknown } from "../../engine/wire";
import { trusts } from "../iam/policyDocument";
import { roleType } from "../iam/roles";
import { notKeyArn } from "../kms/kms";
import { names } from "../names";

export const functionType = "aws:lambda/function:Function";
const aliasType = "aws:lambda/alias:Alias";
const code = "InvalidParameterValueException";

const runtimes = `nodejs20.x nodejs22.x nodejs24.x python3.9 python3.10 python3.11 python3.12 python3.13
  python3.14 java8.al2 java11 java17 java21 java25 dotnet8 dotnet10 ruby3.2 ruby3.3 ruby3.4
  provided.al2 provided.al2023`;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const reservedVariables = `_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV
  AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION
  AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY
  AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API LAMBDA_TASK_ROOT
  LAMBDA_RUNTIME_DIR`.split(/\s+/);
const maxEnvironmentBytes = 4096;

/** Inputs that belong to a version: after a change of one, publishing makes a new version. */
const versioned =
  `code imageUri handler runtime environment memorySize timeout role architectures layers
  tracingConfig vpcConfig ephemeralStorage loggingConfig kmsKeyArn description s3Key s3ObjectVersion
  sourceCodeHash`.split(/\s+/);

/** Functions and their aliases. */
export const lambda: ResourceTypes = {
  [functionType]: {
    inputs: inputNames[functionType],
    replaceOnChanges: "name packageType tenancyConfig",
    defaults: {
      memorySize: 128,
      packageType: "Zip",
      publish: false,
      reservedConcurrentExecutions: -1,
      skipDestroy: false,
      timeout: 3,
    },
    naming: names.function,
    checkFailures: (inputs) => {
      const isZip = inputs.text("packageType") === "Zip";
      const variables = inputs.object("environment").value("variables");
      const names = isObject(variables) ? Object.keys(variables) : [];
      return failuresIn(
        notKeyArn(inputs, "kmsKeyArn", "ValidationException"),
        notAmong(inputs, "packageType", "ValidationException", ["Zip", "Image"]),
        notAmong(inputs, "runtime", code, runtimes.split(/\s+/)),
        notBetween(inputs, "timeout", "ValidationException", [1, 900]),
        notBetween(inputs, "memorySize", "ValidationException", [128, 10240]),
        notBetween(inputs, "reservedConcurrentExecutions", "ValidationException", [-1, 1000]),
        notBetween(inputs.object("ephemeralStorage"), "size", "ValidationException", [512, 10240]),
        ...Object.entries({ subnetIds: 16, securityGroupIds: 5 }).map(([name, most]) =>
          failWhen(
            inputs.object("vpcConfig").count(name) > most,
            "vpcConfig",
            "ValidationException",
            `1 validation error detected: Value at 'vpcConfig.${name}' failed to satisfy constraint: Member must ` +
              `have length less than or equal to ${most}`,
          ),
        ),
        ...["runtime", "handler"].map((name) =>
          failWhen(
            isZip && !inputs.has(name),
            name,
            code,
            `"${name}" must be set for a function of package type Zip`,
          ),
        ),
        notExactlyOne(inputs, "code", code, ["code", "imageUri", "s3Bucket"]),
        ...inputs
          .texts("architectures")
          .map((entry) =>
            failWhen(
              !["x86_64", "arm64"].includes(entry),
              "architectures",
              "ValidationException",
              `"${entry}" is not an architecture; allowed: x86_64, arm64`,
            ),
          ),
        ...names.map((name) =>
          failWhen(
            reservedVariables.includes(name) || !/^[A-Za-z]\w+$/.test(name),
            "environment",
            code,
            `Lambda was unable to configure your environment variables: "${name}" is reserved or not a valid name`,
          ),
        ),
        failWhen(
          Buffer.byteLength(JSON.stringify(variables ?? {})) > maxEnvironmentBytes,
          "environment",
          code,
          `environment variables exceed the ${maxEnvironmentBytes} bytes limit`,
        ),
      );
    },
    initialOutputs: (inputs, account) => {
      const name = inputs.text("name") ?? "";
      const arn = `arn:aws:lambda:${account.region}:${account.id}:function:${name}`;
      return {
        id: name,
        arn,
        invokeArn: invokeArn(arn, account.region),
        architectures: ["x86_64"],
        ephemeralStorage: { size: 512 },
        loggingConfig: { logFormat: "Text", logGroup: `/aws/lambda/${name}` },
        tracingConfig: { mode: "PassThrough" },
        signingJobArn: "",
        signingProfileVersionArn: "",
      };
    },
    computedOutputs: (inputs, outputs, account, olds) => {
      const changed = !olds || versioned.some((name) => isChanged(olds, inputs, name));
      const last = outputs.number("version") ?? 0;
      const version =
        inputs.flag("publish") === true ? String(Math.max(1, last + (changed ? 1 : 0))) : "$LATEST";
      const arn = outputs.text("arn") ?? unknown;
      const content = contentHash(inputs.value("code")) ?? inputs.text("imageUri") ?? "";
      return {
        version,
        qualifiedArn: `${arn}:${version}`,
        qualifiedInvokeArn: invokeArn(`${arn}:${version}`, account.region),
        codeSha256: createHash("sha256").update(content).digest("base64"),
        lastModified: changed ? new Date().toISOString() : (outputs.text("lastModified") ?? ""),
      };
    },
    validate: (inputs, inventory, self, account) => {
      const same = inventory.byId(functionType, inputs.text("name"));
      if (same && same.arn !== self?.arn) {
        throw new AwsError("ResourceConflictException", `Function already exist: ${same.id}`);
      }
      const role = inventory.byArn(inputs.text("role"));
      if (
        role?.type !== roleType ||
        !trusts(role.properties.assumeRolePolicy, "lambda.amazonaws.com")
      ) {
        throw new AwsError(
          code,
          `The role defined for the function cannot be assumed by Lambda: ${inputs.text("role")}`,
        );
      }
      const { policies, lambdaConcurrentExecutions } = account.facts();
      if (inputs.object("vpcConfig").count("subnetIds") > 0)
        validateVpcAccess(role, inventory, policies);
      validateConcurrency(inputs, inventory, self, lambdaConcurrentExecutions);
    },
  },

  [aliasType]: {
    inputs: inputNames[aliasType],
    replaceOnChanges: "functionName name",
    naming: names.alias,
    checkFailures: (inputs) =>
      failuresIn(
        notMatching(
          inputs,
          "functionVersion",
          "ValidationException",
          /^(\$LATEST|\d+)$/,
          "$LATEST or a version number",
        ),
      ),
    initialOutputs: (inputs, account) => {
      const target = functionNameOf(inputs) ?? "";
      const arn = `arn:aws:lambda:${account.region}:${account.id}:function:${target}:${inputs.text("name")}`;
      return { id: arn, arn, invokeArn: invokeArn(arn, account.region) };
    },
    validate: (inputs, inventory, self) => {
      const target = inventory.byId(functionType, functionNameOf(inputs));
      const version = inputs.text("functionVersion") ?? "";
      if (!target) {
        throw new AwsError(
          "ResourceNotFoundException",
          `Function not found: ${inputs.text("functionName")}`,
        );
      }
      const latest = Number(target.properties.version) || 0;
      if (version !== "$LATEST" && Number(version) > latest) {
        throw new AwsError(
          "ResourceNotFoundException",
          `Function not found: ${target.arn}:${version}, the last version is ` +
            (latest > 0 ? latest : "not published: set publish"),
        );
      }
      const same = inventory.find(
        aliasType,
        (alias, item) =>
          item.arn !== self?.arn &&
          functionNameOf(alias) === target.id &&
          alias.text("name") === inputs.text("name"),
      );
      if (same) {
        throw new AwsError("ResourceConflictException", `Alias already exists: ${same.arn}`);
      }
    },
  },
};

/** Lambda creates the network interfaces of a function in a VPC with the function's role. */
function validateVpcAccess(
  role: Item,
  inventory: Inventory,
  policies: Readonly<Record<string, unknown>>,
): void {
  const roles = planRoles(new State(withExisting([], inventory.all())), [], policies);
  for (const operation of ["Create", "Describe", "Delete"]) {
    const call = `${operation}NetworkInterface${operation === "Describe" ? "s" : ""}`;
    if (evaluateForRole(roles.get(role.arn), `ec2:${call}`, "*") !== "allowed") {
      throw new AwsError(
        code,
        `The provided execution role does not have permissions to call ${call} on EC2`,
      );
    }
  }
}

/** Concurrent executions that AWS keeps for functions without reserved concurrency, if the account's limit allows. */
const unreservedMinimum = 100;

function validateConcurrency(
  inputs: Inputs,
  inventory: Inventory,
  self: Item | undefined,
  limit: number,
): void {
  const reserved = inputs.number("reservedConcurrentExecutions") ?? -1;
  if (reserved < 0) return;
  const others = inventory
    .of(functionType)
    .filter(({ arn }) => arn !== self?.arn)
    .reduce((sum, { properties }) => sum + reservedBy(properties), 0);
  const minimum = Math.min(unreservedMinimum, limit);
  if (limit - others - reserved < minimum) {
    throw new AwsError(
      code,
      "Specified ReservedConcurrentExecutions for function decreases account's " +
        `UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
    );
  }
}

/** Executions that a function has reserved. */
export const reservedBy = (properties: Properties): number =>
  Math.max(0, new Inputs(properties).number("reservedConcurrentExecutions") ?? 0);

/** An alias names its function by name or by ARN. */
const functionNameOf = (alias: Inputs): string | undefined =>
  alias.text("functionName")?.replace(/^arn:aws:lambda:[^:]*:\d*:function:/, "");

const invokeArn = (arn: string, region: string) =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;

/** Archives differ when their content does, everything else when its value does. */
function isChanged(olds: Inputs, news: Inputs, name: string): boolean {
  const [old, now] = [olds.value(name), news.value(name)];
  const hash = contentHash(now);
  return hash !== undefined
    ? hash !== contentHash(old)
    : JSON.stringify(old ?? null) !== JSON.stringify(now ?? null);
}
