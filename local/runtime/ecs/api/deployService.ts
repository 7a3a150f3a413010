import { type Answer, invalidToken, jsonError } from "../../api/answer";
import type { ApiParts } from "../../api/parts";
import { type Caller, operator } from "../../iam/access";
import type { Existing } from "../../state";

/**
 * Operations for the local aws provider while an update is under way: deploy an ECS service with the account's present
 * resources and return how that ended, or return which task definition runs. Not part of AWS's API; only the operator may call it.
 */
export async function answerDeployment(
  { cluster, deployService }: ApiParts,
  caller: Caller | undefined,
  operation: string,
  body: string,
): Promise<Answer> {
  if (caller !== operator) return jsonError(invalidToken.code, invalidToken.message);
  const { service, items = [] } = JSON.parse(body) as { service: string; items?: Existing[] };
  const failure = operation === "DeployService" ? await deployService(service, items) : undefined;
  const taskDefinition = cluster().find(service)?.state.taskDefinitionArn;
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ failure, taskDefinition }),
  };
}
