import { DescribeAddressesCommand, DescribeVpcsCommand } from "@aws-sdk/client-ec2";
import { DescribeTasksCommand, paginateListClusters, paginateListTasks } from "@aws-sdk/client-ecs";
import {
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { StackResource } from "../stackResources";
import type { AwsClients } from "./awsClients";
import type { DoctorContext } from "./context";

/** Something that takes a part of a quota. */
interface User {
  readonly id: string | undefined;
  readonly amount: number;
}

/** How the use of a quota is counted, and which of the users are a stack's own. */
export interface QuotaUse {
  readonly users: (aws: AwsClients, abortSignal: AbortSignal) => Promise<readonly User[]>;
  readonly ownType: string;
  /** Default: the id of the resource. */
  readonly ownId?: (resource: StackResource) => string;
}

/** What of a quota others than the stack use: its own part is there for it. */
export async function usedByOthers(
  { users, ownType, ownId }: QuotaUse,
  aws: AwsClients,
  deployed: DoctorContext["deployed"],
  abortSignal: AbortSignal,
): Promise<number> {
  const own = (await deployed(ownType)).map((resource) => ownId?.(resource) ?? resource.id);
  return (await users(aws, abortSignal))
    .filter(({ id }) => !own.includes(id))
    .reduce((sum, { amount }) => sum + amount, 0);
}

const one = (id: string | undefined): User => ({ id, amount: 1 });

export const elasticIps: QuotaUse = {
  ownType: "aws:ec2/eip:Eip",
  users: async ({ ec2 }, abortSignal) => {
    const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}), { abortSignal });
    return Addresses.map(({ AllocationId }) => one(AllocationId));
  },
};

export const vpcs: QuotaUse = {
  ownType: "aws:ec2/vpc:Vpc",
  users: async ({ ec2 }, abortSignal) => {
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}), { abortSignal });
    return Vpcs.map(({ VpcId }) => one(VpcId));
  },
};

export const networkLoadBalancers: QuotaUse = {
  ownType: "aws:lb/loadBalancer:LoadBalancer",
  users: async ({ balancing: client }) => {
    const users: User[] = [];
    for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers({ client }, {})) {
      const network = LoadBalancers.filter(({ Type }) => Type === "network");
      users.push(...network.map(({ LoadBalancerArn }) => one(LoadBalancerArn)));
    }
    return users;
  },
};

export const targetGroups: QuotaUse = {
  ownType: "aws:lb/targetGroup:TargetGroup",
  users: async ({ balancing: client }) => {
    const users: User[] = [];
    for await (const { TargetGroups = [] } of paginateDescribeTargetGroups({ client }, {})) {
      users.push(...TargetGroups.map(({ TargetGroupArn }) => one(TargetGroupArn)));
    }
    return users;
  },
};

/** Of ECS, by service. Tasks on Spot capacity have a quota of their own, and pods of EKS are not asked for. */
export const fargateVcpus: QuotaUse = {
  ownType: "aws:ecs/service:Service",
  ownId: ({ properties }) => `${properties.cluster} service:${properties.name}`,
  users: async ({ ecs: client }, abortSignal) => {
    const users: User[] = [];
    for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) {
      for (const cluster of clusterArns)
        users.push(...(await tasksOf(cluster, client, abortSignal)));
    }
    return users;
  },
};

async function tasksOf(
  cluster: string,
  client: AwsClients["ecs"],
  abortSignal: AbortSignal,
): Promise<User[]> {
  const users: User[] = [];
  const listed = { cluster, launchType: "FARGATE" } as const;
  for await (const { taskArns = [] } of paginateListTasks({ client }, listed)) {
    if (taskArns.length === 0) continue;
    const command = new DescribeTasksCommand({ cluster, tasks: taskArns });
    const { tasks = [] } = await client.send(command, { abortSignal });
    const onDemand = tasks.filter(
      ({ capacityProviderName }) => capacityProviderName !== "FARGATE_SPOT",
    );
    users.push(
      ...onDemand.map(({ group, cpu }) => ({
        id: `${cluster} ${group}`,
        amount: Number(cpu) / 1024,
      })),
    );
  }
  return users;
}
