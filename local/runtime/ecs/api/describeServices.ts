import { parseJson } from "../../../../shared/parse";
import { type Answer, invalidToken, jsonError } from "../../api/answer";
import type { Access, Caller } from "../../iam/access";
import { isRecord } from "../../state";
import type { Cluster } from "../cluster";
import type { ServiceState } from "../service";

/** ECS: `DescribeServices`, of the services that run here. */
export function answerEcs(
  cluster: Cluster,
  access: Access,
  caller: Caller | undefined,
  operation: string,
  body: string,
): Answer {
  if (!caller) return jsonError(invalidToken.code, invalidToken.message);
  if (operation !== "DescribeServices") {
    return jsonError(
      "UnknownOperationException",
      `ECS's ${operation} is not provided here, only DescribeServices`,
    );
  }
  const request = parse(body);
  if (!request) return jsonError("InvalidParameterException", "services must be a list of names");
  const named = cluster.services.filter(
    ({ clusterArn }) => clusterArn === request.cluster || lastPart(clusterArn) === request.cluster,
  );
  if (named.length === 0) return jsonError("ClusterNotFoundException", "Cluster not found.");
  const found = request.services.map((name) => ({
    name,
    state: named.find(({ arn }) => arn === name || lastPart(arn) === name),
  }));
  for (const { state } of found) {
    const refusal = state && access.refusal(caller, "ecs:DescribeServices", state.arn);
    if (refusal) return jsonError("AccessDeniedException", refusal);
  }
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify({
      services: found.flatMap(({ state }) => (state ? [described(state)] : [])),
      failures: found.flatMap(({ name, state }) =>
        state ? [] : [{ arn: name, reason: "MISSING" }],
      ),
    }),
  };
}

function described(state: ServiceState) {
  const { arn, clusterArn, taskDefinitionArn, isRunning, failedTaskDefinitionArn } = state;
  const common = {
    taskDefinition: taskDefinitionArn,
    desiredCount: 1,
    runningCount: isRunning ? 1 : 0,
    pendingCount: isRunning ? 0 : 1,
    launchType: "FARGATE",
  };
  return {
    serviceArn: arn,
    serviceName: lastPart(arn),
    clusterArn,
    status: "ACTIVE",
    ...common,
    deployments: [
      {
        id: `ecs-svc/${lastPart(taskDefinitionArn)}`,
        status: "PRIMARY",
        rolloutState: isRunning ? "COMPLETED" : "IN_PROGRESS",
        ...common,
      },
      ...(failedTaskDefinitionArn === undefined
        ? []
        : [
            {
              ...common,
              id: `ecs-svc/${lastPart(failedTaskDefinitionArn)}`,
              status: "INACTIVE",
              rolloutState: "FAILED",
              taskDefinition: failedTaskDefinitionArn,
              runningCount: 0,
              pendingCount: 0,
            },
          ]),
    ],
  };
}

function parse(body: string): { cluster: string; services: string[] } | undefined {
  const value = parseJson(body);
  if (!isRecord(value)) return undefined;
  const { cluster = "default", services } = value;
  if (typeof cluster !== "string" || !Array.isArray(services)) return undefined;
  return services.every((name) => typeof name === "string") ? { cluster, services } : undefined;
}

const lastPart = (arn: string): string => arn.split("/").at(-1) ?? "";
