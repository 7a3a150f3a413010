import { parseJson } from "../../../shared/parse";
import { type Answer, invalidToken, jsonError } from "../api/answer";
import type { Caller } from "../iam/access";
import { isRecord } from "../state";
import { SecretError, type Secrets } from "./secrets";

/** Secrets Manager: `GetSecretValue` of the current version. */
export function answerSecretsManager(
  secrets: Secrets,
  caller: Caller | undefined,
  operation: string,
  body: string,
): Answer {
  if (!caller) return jsonError(invalidToken.code, invalidToken.message);
  if (operation !== "GetSecretValue") {
    return jsonError(
      "UnknownOperationException",
      `Secrets Manager's ${operation} is not provided here, only GetSecretValue`,
    );
  }
  const request = parse(body);
  if (!request || typeof request.SecretId !== "string") {
    return jsonError("ValidationException", "SecretId must be a string");
  }
  const { SecretId, VersionStage = "AWSCURRENT", VersionId } = request;
  if (VersionStage !== "AWSCURRENT" || VersionId !== undefined) {
    return jsonError(
      "ResourceNotFoundException",
      "Secrets Manager can't find the specified secret value; only AWSCURRENT is kept here",
    );
  }
  try {
    const { arn, name, value } = secrets.get(caller, SecretId);
    return {
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: JSON.stringify({
        ARN: arn,
        Name: name,
        SecretString: value,
        VersionStages: ["AWSCURRENT"],
      }),
    };
  } catch (error) {
    if (error instanceof SecretError) return jsonError(error.code, error.message);
    throw error;
  }
}

function parse(body: string): Record<string, unknown> | undefined {
  const parsed = parseJson(body);
  return isRecord(parsed) ? parsed : undefined;
}
