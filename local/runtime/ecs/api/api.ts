import { clusterType } from "../../../providers/aws/ecs/clusterAndTask";
import { serviceType } from "../../../providers/aws/ecs/service";
import type { Call, Service } from "../../api/service";
import { list, text } from "../../state";

/** ECS: clusters and tasks that were deployed, or were there before. */
export const ecs: Service = {
  protocol: "json",
  prefix: "ecs",
  operations: {
    DescribeClusters: (input, { account, region }) => {
      const described = list(input.clusters).map((asked) => {
        const name = text(asked).split("/").at(-1) ?? "";
        const arn = `arn:aws:ecs:${region}:${account.id}:cluster/${name}`;
        const isKnown = text(asked).startsWith("arn:")
          ? account.has(text(asked), region)
          : account.inventory().byArn(arn) !== undefined;
        return { arn, name, isKnown };
      });
      return {
        clusters: described.flatMap(({ arn, name, isKnown }) =>
          isKnown ? [{ clusterArn: arn, clusterName: name, status: "ACTIVE" }] : [],
        ),
        failures: described.flatMap(({ arn, isKnown }) =>
          isKnown ? [] : [{ arn, reason: "MISSING" }],
        ),
      };
    },
    ListClusters: (_input, call) => ({
      clusterArns: [
        ...new Set([
          ...call.account
            .inventory()
            .of(clusterType)
            .map(({ arn }) => arn),
          ...tasks(call).map(({ clusterArn }) => clusterArn),
        ]),
      ],
    }),
    ListTasks: (input, call) => ({
      taskArns: tasks(call)
        .filter(({ clusterArn }) => clusterArn === input.cluster)
        .filter(({ launchType }) => [launchType, undefined].includes(input.launchType as string))
        .map(({ taskArn }) => taskArn),
    }),
    DescribeTasks: (input, call) => ({
      tasks: tasks(call).filter(({ taskArn }) => list(input.tasks).includes(taskArn)),
      failures: [],
    }),
  },
};

/** One task of each service of this cloud, and the tasks that `account.yaml` declares. */
function tasks({ account, region }: Call) {
  const inventory = account.inventory();
  const own = inventory.of(serviceType).map(({ properties }) => ({
    clusterArn: text(properties.cluster),
    group: `service:${text(properties.name)}`,
    cpu: Number(inventory.byArn(text(properties.taskDefinition))?.properties.cpu),
    launchType: text(properties.launchType),
    capacityProvider: undefined,
  }));
  const others = account.facts().tasks.map(({ cluster, ...task }) => ({
    clusterArn: `arn:aws:ecs:${region}:${account.id}:cluster/${cluster}`,
    ...task,
  }));
  return [...own, ...others].map(({ capacityProvider, cpu, ...task }, index) => ({
    ...task,
    cpu: String(cpu),
    taskArn: `${task.clusterArn.replace(":cluster/", ":task/")}/${index}`,
    capacityProviderName: capacityProvider,
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
  }));
}
