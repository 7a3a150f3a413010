import { setTimeout as pause } from "node:timers/promises";
import { ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import { type ClientOptions, deploymentsOf, primaryOf, regionOf, revisionOf } from "./ecsService";
import { CancelledError } from "./errors";
import type { DeploymentEvent } from "./events";
import type { Health } from "./serviceHealth";

/** How AWS is asked, and how long. */
export interface HealthOptions {
  readonly client?: ClientOptions;
  /** Default 300,000: a new target of a network load balancer takes up to three minutes. */
  readonly timeoutMs?: number;
  /** Default 5000. */
  readonly pollIntervalMs?: number;
}

interface Watch {
  readonly onEvent: (event: DeploymentEvent) => void;
  readonly signal: AbortSignal | undefined;
}

const deployed = z.object({
  clusterName: z.string(),
  serviceName: z.string(),
  taskDefinitionArn: z.string(),
  targetGroupArns: z.record(z.string(), z.string()),
});
type Deployed = z.infer<typeof deployed>;

/**
 * Waits until the service runs the deployed task definition and each target group has a healthy target, or until that is
 * hopeless: the engine knows of an update what it has waited for, and nothing of one that has changed nothing.
 */
export async function healthOf(
  outputs: Readonly<Record<string, unknown>>,
  {
    client = {},
    timeoutMs = 300_000,
    pollIntervalMs = 5000,
    onEvent,
    signal,
  }: HealthOptions & Watch,
): Promise<Health> {
  const stack = deployed.parse(outputs);
  const config = { ...client, region: regionOf(stack.taskDefinitionArn) };
  const clients = {
    ecs: new ECSClient(config),
    balancing: new ElasticLoadBalancingV2Client(config),
  };
  const deadline = Date.now() + timeoutMs;
  let waitedFor = "";
  try {
    for (;;) {
      const { health, isFinal } = await checkOnce(stack, clients);
      if (isFinal || Date.now() > deadline) return health;
      if (`${health.problems}` !== waitedFor) {
        onEvent({ type: "health", waitingFor: health.problems });
      }
      waitedFor = `${health.problems}`;
      await pause(pollIntervalMs, undefined, signal ? { signal } : {});
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new CancelledError("cancelled after the update; nobody has looked whether it is healthy");
  } finally {
    clients.ecs.destroy();
    clients.balancing.destroy();
  }
}

interface Clients {
  readonly ecs: ECSClient;
  readonly balancing: ElasticLoadBalancingV2Client;
}

/** One look. It is final when all is well, or when waiting cannot help. */
async function checkOnce(
  stack: Deployed,
  { ecs, balancing }: Clients,
): Promise<{ health: Health; isFinal: boolean }> {
  try {
    const service = await describeService(stack, ecs);
    const targets = await Promise.all(
      Object.entries(stack.targetGroupArns).map(async ([protocol, TargetGroupArn]) => {
        const answer = await balancing.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
        const states = answer.TargetHealthDescriptions?.map(
          ({ TargetHealth }) => TargetHealth?.State,
        );
        return { protocol, healthy: states?.filter((state) => state === "healthy").length ?? 0 };
      }),
    );
    const unhealthy = targets
      .filter(({ healthy }) => healthy === 0)
      .map(({ protocol }) => `no healthy target behind ${protocol}`);
    const problems = [...service.problems, ...unhealthy];
    const { taskDefinitionArn, isAnother } = service;
    const health = { taskDefinitionArn, targets, problems };
    return { health, isFinal: problems.length === 0 || isAnother };
  } catch (error) {
    // Credentials that may deploy but not look, for instance: no time makes that better.
    const problem = `it cannot be looked at: ${(error as Error).message}`;
    return {
      health: { taskDefinitionArn: undefined, targets: [], problems: [problem] },
      isFinal: true,
    };
  }
}

async function describeService(
  { clusterName, serviceName, taskDefinitionArn }: Deployed,
  ecs: ECSClient,
) {
  const deployments = await deploymentsOf(ecs, clusterName, serviceName);
  const primary = primaryOf(deployments);
  const running = primary?.runningCount ?? 0;
  const desired = primary?.desiredCount ?? 1;
  const isDeployed = primary?.taskDefinition === taskDefinitionArn;
  const isRolledBack = deployments.some(
    (each) => each.taskDefinition === taskDefinitionArn && each.rolloutState === "FAILED",
  );
  const rolledBack = isRolledBack ? "; ECS has rolled the deployment back" : "";
  return {
    taskDefinitionArn: primary?.taskDefinition,
    /** Another revision runs and no deployment is under way: waiting changes nothing. */
    isAnother: !isDeployed && (isRolledBack || primary?.rolloutState === "COMPLETED"),
    problems: [
      ...(isDeployed
        ? []
        : [
            `service ${serviceName} runs ${revisionOf(primary?.taskDefinition)} instead of ${revisionOf(taskDefinitionArn)}${rolledBack}`,
          ]),
      ...(running >= desired
        ? []
        : [`${running} of ${desired} tasks of service ${serviceName} are running`]),
    ],
  };
}
