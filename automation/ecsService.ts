import {
  type Deployment,
  DescribeServicesCommand,
  ECSClient,
  type ECSClientConfig,
} from "@aws-sdk/client-ecs";
import { deployedOfType } from "./stackResources";

/** Endpoint and credentials; default is what the AWS SDK finds. The region is that of the deployed resources. */
export type ClientOptions = Pick<ECSClientConfig, "endpoint" | "credentials">;

/** Region in an ARN. */
export const regionOf = (arn: string): string => arn.split(":")[3] ?? "";

/** Family and revision in the ARN of a task definition. */
export const revisionOf = (arn: string | undefined): string => arn?.split("/").at(-1) ?? "nothing";

/** The service's deployments, none when there is no such service. */
export async function deploymentsOf(
  ecs: ECSClient,
  cluster: string,
  service: string,
): Promise<readonly Deployment[]> {
  const answer = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  return answer.services?.[0]?.deployments ?? [];
}

export const primaryOf = (deployments: readonly Deployment[]): Deployment | undefined =>
  deployments.find(({ status }) => status === "PRIMARY");

/** A service that runs another task definition than the state names. */
export interface ChangedService {
  readonly urn: string;
  readonly name: string;
  readonly message: string;
}

/**
 * Finds the service in an exported stack and asks ECS which task definition it runs. Another one than in the state runs after
 * a deployment that was rolled back, or a change by hand: the engine compares with the state and would deploy nothing.
 * undefined when they are the same, when there is no service, and when ECS cannot be asked.
 */
export async function changedService(
  exported: unknown,
  client: ClientOptions,
): Promise<ChangedService | undefined> {
  const service = deployedOfType(exported, "aws:ecs/service:Service")[0];
  if (!service) return undefined;
  const { urn, name, properties } = service;
  const deployed = String(properties.taskDefinition);
  const ecs = new ECSClient({ ...client, region: regionOf(deployed) });
  try {
    const deployments = await deploymentsOf(ecs, `${properties.cluster}`, `${properties.name}`);
    const running = primaryOf(deployments)?.taskDefinition;
    if (running === undefined || running === deployed) return undefined;
    const message =
      `ECS runs ${revisionOf(running)} instead of ${revisionOf(deployed)}, as after a deployment that was rolled back; ` +
      "the service is read anew and deployed again";
    return { urn, name, message };
  } catch {
    // The look after the update says why.
    return undefined;
  } finally {
    ecs.destroy();
  }
}
