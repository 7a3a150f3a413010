import { dirname } from "node:path";
import type { AccountStore, Inventory, Item } from "../../../account/accountStore";
import { AwsError } from "../../engine/awsError";
import { failuresIn, failWhen, notAmong, notBetween } from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { targetGroupsOf } from "../elbv2/loadBalancers";
import { targetGroupType } from "../elbv2/targetGroups";
import { names } from "../names";
import { clusterType, taskDefinitionType } from "./clusterAndTask";
import { parseContainers } from "./containerDefinitions";
import { callRunningCloud } from "./runningCloud";

export const serviceType = "aws:ecs/service:Service";
const code = "InvalidParameterException";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html */
const maxTargetGroups = 5;

/** Services, validated against their cluster, task definition and target groups. */
export const ecsService: ResourceTypes = {
  [serviceType]: {
    inputs: inputNames[serviceType],
    replaceOnChanges: "cluster iamRole launchType name schedulingStrategy",
    defaults: {
      deploymentMaximumPercent: 200,
      deploymentMinimumHealthyPercent: 100,
      enableEcsManagedTags: false,
      enableExecuteCommand: false,
      schedulingStrategy: "REPLICA",
      waitForSteadyState: false,
    },
    naming: names.service,
    checkFailures: (inputs) =>
      failuresIn(
        notAmong(inputs, "launchType", code, ["EC2", "FARGATE", "EXTERNAL"]),
        notAmong(inputs, "schedulingStrategy", code, ["REPLICA", "DAEMON"]),
        notBetween(inputs, "desiredCount", code, [0, 5000]),
        notBetween(inputs, "deploymentMinimumHealthyPercent", code, [0, 100]),
        notBetween(inputs, "deploymentMaximumPercent", code, [100, 200]),
        notBetween(inputs, "healthCheckGracePeriodSeconds", code, [0, 2147483647]),
        failWhen(
          inputs.count("loadBalancers") > maxTargetGroups,
          "loadBalancers",
          code,
          `load balancers can have at most ${maxTargetGroups} items, not ${inputs.count("loadBalancers")}: ` +
            "let a secure and a plain listener share a target group",
        ),
        failWhen(
          inputs.has("healthCheckGracePeriodSeconds") &&
            inputs.count("loadBalancers") === 0 &&
            !inputs.isUnknown("loadBalancers"),
          "healthCheckGracePeriodSeconds",
          code,
          "Health check grace period is only valid for services configured to use load balancers",
        ),
        ...networkFailures(inputs.object("networkConfiguration")),
        notAmong(inputs, "availabilityZoneRebalancing", code, ["ENABLED", "DISABLED"]),
      ),
    initialOutputs: (inputs, account) => {
      const cluster = (inputs.text("cluster") ?? "default").split("/").at(-1);
      const arn = `arn:aws:ecs:${account.region}:${account.id}:service/${cluster}/${inputs.text("name")}`;
      return {
        id: arn,
        arn,
        availabilityZoneRebalancing: "ENABLED",
        iamRole: "/aws-service-role",
        launchType: "EC2",
        platformVersion: "LATEST",
        deploymentConfiguration: { strategy: "ROLLING", bakeTimeInMinutes: "0" },
      };
    },
    // After a roll-back the previous task definition runs.
    comparedWithOutputs: ["taskDefinition"],
    settle: waitUntilStable,
    validate: (inputs, inventory, self) => {
      validateCluster(inputs, inventory);
      validateUniqueName(inputs, inventory, self);
      const task = validateTaskDefinition(inputs, inventory);
      for (const entry of inputs.objects("loadBalancers")) {
        const group = validateTargetGroup(entry.text("targetGroupArn"), task, inventory);
        validateContainer(entry, task, group);
      }
    },
  },
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html */
const networkFailures = (network: Inputs) =>
  Object.entries({ subnets: 16, securityGroups: 5 }).map(([name, most]) =>
    failWhen(
      network.count(name) > most,
      `networkConfiguration.${name}`,
      code,
      `${name} can have at most ${most} items, not ${network.count(name)}`,
    ),
  );

/**
 * As the AWS provider since 6.4: with waitForSteadyState a deployment that ECS has rolled back is an error. An update without
 * changes makes no deployment; the provider then only reads which task definition runs.
 */
async function waitUntilStable(self: Item, isChanged: boolean, store: AccountStore) {
  const waits = isChanged && self.properties.waitForSteadyState === true;
  const answer = await callRunningCloud(
    dirname(store.file),
    waits ? "DeployService" : "DescribeService",
    { service: self.id, ...(waits ? { items: store.read().all() } : {}) },
  );
  const { failure, taskDefinition } = answer ?? {};
  if (typeof failure === "string") {
    return { failure: `waiting for ECS Service (${self.id}) update: ${failure}` };
  }
  return !isChanged && typeof taskDefinition === "string" ? { outputs: { taskDefinition } } : {};
}

/**
 * A cluster that is named by its ARN and was not created here counts as existing, as networks and zones do. It must be
 * in the region of the task definition's ARN.
 */
function validateCluster(inputs: Inputs, inventory: Inventory): void {
  const cluster = inputs.text("cluster");
  const home = inputs.text("taskDefinition")?.split(":").slice(0, 5).join(":");
  if (/^arn:aws[a-z-]*:ecs:/.test(cluster ?? "") && cluster?.startsWith(`${home}:cluster/`)) return;
  const exists = inventory.find(
    clusterType,
    (properties, item) =>
      item.arn === cluster || properties.text("name") === (cluster ?? "default"),
  );
  if (!exists) {
    throw new AwsError("ClusterNotFoundException", `Cluster not found: ${cluster ?? "default"}.`);
  }
}

function validateUniqueName(inputs: Inputs, inventory: Inventory, self: Item | undefined): void {
  const same = inventory.find(
    serviceType,
    (service, item) =>
      item.id !== self?.id &&
      service.text("name") === inputs.text("name") &&
      service.text("cluster") === inputs.text("cluster"),
  );
  if (same) {
    throw new AwsError(code, `Creation of service was not idempotent: ${same.arn} exists already`);
  }
}

function validateTaskDefinition(inputs: Inputs, inventory: Inventory): Inputs {
  const wanted = inputs.text("taskDefinition");
  const found = inventory
    .of(taskDefinitionType)
    .filter(({ arn, id, properties }) =>
      [arn, id, `${id}:${properties.revision}`, properties.arnWithoutRevision].includes(
        wanted ?? "",
      ),
    )
    .at(-1);
  if (!found) {
    throw new AwsError("ClientException", `Unable to describe task definition ${wanted}.`);
  }
  const task = new Inputs(found.properties);
  if (
    inputs.text("launchType") === "FARGATE" &&
    !task.texts("requiresCompatibilities").includes("FARGATE")
  ) {
    throw new AwsError(code, "Task definition does not support launch_type FARGATE.");
  }
  const network = inputs.object("networkConfiguration");
  if (task.text("networkMode") === "awsvpc" && network.count("subnets") === 0) {
    throw new AwsError(
      code,
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
  }
  return task;
}

function validateTargetGroup(arn: string | undefined, task: Inputs, inventory: Inventory): Inputs {
  const group = inventory.byArn(arn);
  if (group?.type !== targetGroupType) {
    throw new AwsError(code, `The target group with targetGroupArn ${arn} does not exist.`);
  }
  const isAttached = inventory.find("aws:lb/listener:Listener", (listener) =>
    targetGroupsOf(listener).includes(group.arn),
  );
  if (!isAttached) {
    throw new AwsError(
      code,
      `The target group with targetGroupArn ${arn} does not have an associated load balancer: let the ` +
        "service depend on its listeners",
    );
  }
  if (task.text("networkMode") === "awsvpc" && group.properties.targetType !== "ip") {
    throw new AwsError(
      code,
      `The provided target group ${arn} has target type ${group.properties.targetType}, which is ` +
        "incompatible with the awsvpc network mode specified in the task definition.",
    );
  }
  return new Inputs(group.properties);
}

/** The container must map the port, over UDP where the group is UDP. */
function validateContainer(entry: Inputs, task: Inputs, group: Inputs): void {
  const text = task.text("containerDefinitions");
  if (text === undefined) {
    return; // Held back from the inventory because it has a secret in it.
  }
  const [name, port] = [entry.text("containerName"), entry.number("containerPort")];
  const container = parseContainers(text).find((other) => other.text("name") === name);
  if (!container) {
    throw new AwsError(code, `The container ${name} does not exist in the task definition.`);
  }
  const protocol = group.text("protocol") === "UDP" ? "udp" : "tcp";
  const isMapped = container
    .objects("portMappings")
    .some(
      (mapping) =>
        mapping.number("containerPort") === port &&
        (mapping.text("protocol") ?? "tcp") === protocol,
    );
  if (!isMapped) {
    throw new AwsError(
      code,
      `The container ${name} did not have a container port ${port} defined for ${protocol}.`,
    );
  }
}
