import { decodeUriComponent, parseJson } from "../../../shared/parse";
import { type Answer, invalidToken, restError } from "../api/answer";
import type { Access, Caller } from "../iam/access";
import type { Functions } from "./functions";

/** The path of Lambda's Invoke; the function is a name, a partial or a full ARN. */
const invokePath = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** `arn:aws:lambda:region:account:function:name[:qualifier]`, `account:function:name`, `name[:qualifier]`. */
const functionName =
  /^(?:(?:arn:aws:lambda:[\w-]+:)?(?:\d{12}:)?function:)?([\w-]{1,140})(?::([\w$-]{1,128}))?$/;

export interface InvokeRequest {
  readonly url: URL;
  /** X-Amz-Invocation-Type, "" when absent. */
  readonly invocationType: string;
  /** X-Amz-Log-Type, "" when absent. */
  readonly logType: string;
  readonly body: string;
}

export const isInvoke = (url: URL): boolean => invokePath.test(url.pathname);

/** Lambda's Invoke, RequestResponse only. */
export async function answerInvoke(
  functions: Functions,
  access: Access,
  caller: Caller | undefined,
  { url, invocationType, logType, body }: InvokeRequest,
): Promise<Answer> {
  if (!caller) return restError(403, invalidToken.code, invalidToken.message);
  const [, name = "", inName] =
    functionName.exec(decodeUriComponent(invokePath.exec(url.pathname)?.[1] ?? "") ?? "") ?? [];
  const qualifier = url.searchParams.get("Qualifier") ?? inName;
  const suffix = qualifier === undefined ? "" : `:${qualifier}`;
  // Refused or not, the answer names the function as the caller's own account would have it.
  const { region, account } = functions.home(caller);
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}${suffix}`;
  const refusal = access.refusal(caller, "lambda:InvokeFunction", arn);
  if (refusal) return restError(403, "AccessDeniedException", refusal);
  const target = functions.find(name, qualifier);
  if (!target) {
    return restError(404, "ResourceNotFoundException", `Function not found: ${arn}`);
  }
  if (invocationType !== "" && invocationType !== "RequestResponse") {
    return restError(
      400,
      "InvalidParameterValueException",
      `InvocationType ${invocationType} is not provided here, only RequestResponse`,
    );
  }
  if (!isJson(body)) {
    return restError(
      400,
      "InvalidRequestContentException",
      "Could not parse request body into json",
    );
  }
  const outcome = await target.invoke(arn, body === "" ? "{}" : body);
  if (outcome.kind === "throttled") {
    return restError(429, "TooManyRequestsException", "Rate Exceeded.", {
      Reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
      Type: "User",
    });
  }
  return {
    status: 200,
    headers: {
      "content-type": "application/json",
      "x-amz-executed-version": target.version,
      "x-amzn-requestid": outcome.requestId,
      ...(outcome.kind === "error" ? { "x-amz-function-error": "Unhandled" } : {}),
      ...(logType === "Tail"
        ? { "x-amz-log-result": Buffer.from(outcome.logTail).toString("base64") }
        : {}),
    },
    body: outcome.payload,
  };
}

const isJson = (body: string): boolean => body === "" || parseJson(body) !== undefined;
