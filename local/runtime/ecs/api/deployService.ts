import { type Answer, invalidToken, jsonError } from "../../api/answer";
import type { ApiParts } from "../../api/parts";
import { type Caller, operator } from "../../iam/access";
import type { Existing } from "../../state";

/**
 * What the local aws provider asks about an ECS service while an update is under way: to deploy it with what exists in the
 * account by now, and how that ended, or which task definition runs. This is no API of AWS, and only for who runs the local cloud.
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
