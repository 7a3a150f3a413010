import { registryOf } from "../../../runtime/ecr/planImages";
import { AwsError } from "../../engine/awsError";
import {
  type CheckFailure,
  failuresIn,
  failWhen,
  notAmong,
  notBetween,
} from "../../engine/checkFailure";
import { inputNames } from "../../engine/inputNames";
import type { Inputs } from "../../engine/inputs";
import type { ResourceTypes } from "../../engine/resourceType";
import { names } from "../names";
import { containerProblems, parseContainers } from "./containerDefinitions";
import { cpuUnits, memoryMib } from "./taskSize";

export const clusterType = "aws:ecs/cluster:Cluster";
export const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

const volumeName = /^[A-Za-z0-9_-]{1,255}$/;
const volumeNameAllowed = "up to 255 letters, digits, hyphens and underscores";

/** Memory in MiB that Fargate offers for each number of CPU units: [minimum, maximum, step]. */
const fargateMemory: Readonly<Record<number, readonly [number, number, number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16384, 1024],
  4096: [8192, 30720, 1024],
  8192: [16384, 61440, 4096],
  16384: [32768, 122880, 8192],
};

/** Clusters and task definitions. */
export const ecs: ResourceTypes = {
  [clusterType]: {
    inputs: inputNames[clusterType],
    replaceOnChanges: "name",
    naming: names.cluster,
    checkFailures: (inputs) =>
      inputs
        .objects("settings")
        .flatMap((setting) =>
          failuresIn(
            notAmong(setting, "name", "InvalidParameterException", ["containerInsights"]),
            notAmong(setting, "value", "InvalidParameterException", [
              "enabled",
              "enhanced",
              "disabled",
            ]),
          ),
        ),
    initialOutputs: (inputs, account) => {
      const arn = `arn:aws:ecs:${account.region}:${account.id}:cluster/${inputs.text("name")}`;
      return { id: arn, arn, settings: [{ name: "containerInsights", value: "disabled" }] };
    },
    validate: (inputs, inventory, self) => {
      const name = inputs.text("name");
      const same = inventory.find(
        clusterType,
        (cluster, item) => item.id !== self?.id && cluster.text("name") === name,
      );
      if (same) {
        // CreateCluster is idempotent on AWS; two programs would then both own one cluster, and delete it.
        throw new AwsError(
          "InvalidParameterException",
          `Arguments on this idempotent request are inconsistent with arguments used in previous ` +
            `request(s): the cluster '${name}' exists already`,
        );
      }
    },
    validateDelete: ({ arn }, inventory) => {
      const service = inventory.find(
        "aws:ecs/service:Service",
        (properties) => properties.text("cluster") === arn,
      );
      if (service) {
        throw new AwsError(
          "ClusterContainsServicesException",
          `The Cluster cannot be deleted while Services are active: ${service.arn}`,
        );
      }
    },
  },

  [taskDefinitionType]: {
    inputs: inputNames[taskDefinitionType],
    // A revision is immutable: a change of anything but tags and tracking makes a new one.
    replaceOnChanges: `containerDefinitions cpu enableFaultInjection ephemeralStorage executionRoleArn family
      ipcMode memory networkMode pidMode placementConstraints proxyConfiguration
      requiresCompatibilities runtimePlatform taskRoleArn volumes`,
    defaults: { skipDestroy: false, trackLatest: false },
    naming: names.family,
    checkFailures: (inputs) => {
      const isFargate = inputs.texts("requiresCompatibilities").includes("FARGATE");
      return [
        ...failuresIn(
          notAmong(inputs, "networkMode", "ClientException", ["awsvpc", "bridge", "host", "none"]),
        ),
        ...inputs
          .texts("requiresCompatibilities")
          .filter((entry) => !["FARGATE", "EC2", "EXTERNAL", "MANAGED_INSTANCES"].includes(entry))
          .map((entry) => ({
            property: "requiresCompatibilities",
            reason: `ClientException: "${entry}" is not a launch type; allowed: FARGATE, EC2, EXTERNAL`,
          })),
        ...volumeFailures(inputs, isFargate),
        ...(isFargate ? fargateFailures(inputs) : []),
        ...containerFailures(inputs, isFargate),
      ];
    },
    initialOutputs: (inputs, account) => {
      const family = inputs.text("family") ?? "";
      const revision = account.next(`${taskDefinitionType} ${account.region} ${family}`);
      const arn = `arn:aws:ecs:${account.region}:${account.id}:task-definition/${family}`;
      return {
        id: family,
        arn: `${arn}:${revision}`,
        arnWithoutRevision: arn,
        revision,
        networkMode: "bridge",
      };
    },
  },
};

function fargateFailures(inputs: Inputs): CheckFailure[] {
  const [cpu, memory] = [cpuUnits(inputs.text("cpu")), memoryMib(inputs.text("memory"))];
  const [least = 0, most = 0, step = 1] = fargateMemory[cpu ?? 0] ?? [];
  const isKnown = !inputs.isUnknown("cpu") && !inputs.isUnknown("memory");
  const isOffered =
    memory !== undefined && memory >= least && memory <= most && (memory - least) % step === 0;
  // The smallest size is the only one with an uneven step: 512, 1024 and 2048 MiB.
  const isPair = isOffered && !(cpu === 256 && memory === 1536);
  return failuresIn(
    failWhen(
      !inputs.isUnknown("networkMode") && inputs.text("networkMode") !== "awsvpc",
      "networkMode",
      "ClientException",
      "Fargate only supports network mode 'awsvpc'.",
    ),
    failWhen(
      isKnown && !isPair,
      "cpu",
      "ClientException",
      `No Fargate configuration exists for given values: ${inputs.text("cpu")} CPU, ` +
        `${inputs.text("memory")} memory; ` +
        (most > 0
          ? `allowed for ${cpu} CPU: ${cpu === 256 ? "512, 1024, 2048" : `${least} to ${most} in steps of ${step}`}`
          : `allowed for CPU: ${Object.keys(fargateMemory).join(", ")}`),
    ),
    ...["pidMode", "ipcMode"].map((name) =>
      failWhen(
        inputs.has(name) && !(name === "pidMode" && inputs.text(name) === "task"),
        name,
        "ClientException",
        `Fargate does not support "${name}" ${inputs.shown(name)}`,
      ),
    ),
    notBetween(inputs.object("ephemeralStorage"), "sizeInGib", "ClientException", [21, 200]),
    notAmong(inputs.object("runtimePlatform"), "cpuArchitecture", "ClientException", [
      "X86_64",
      "ARM64",
    ]),
  );
}

const volumeNames = (inputs: Inputs): string[] =>
  inputs.objects("volumes").flatMap((volume) => volume.text("name") ?? []);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-storage */
function volumeFailures(inputs: Inputs, isFargate: boolean): CheckFailure[] {
  const volumes = inputs.objects("volumes");
  return volumes.flatMap((volume, index) => {
    const name = volume.text("name");
    const at = `volumes[${index}]`;
    return failuresIn(
      failWhen(
        !volume.isUnknown("name") && !volumeName.test(name ?? ""),
        at,
        "ClientException",
        `volume name ${volume.shown("name")} is invalid; allowed: ${volumeNameAllowed}`,
      ),
      failWhen(
        name !== undefined && volumes.findIndex((one) => one.text("name") === name) < index,
        at,
        "ClientException",
        `Duplicate volume name '${name}'.`,
      ),
      ...["hostPath", "dockerVolumeConfiguration"].map((kind) =>
        failWhen(
          isFargate && volume.has(kind),
          at,
          "ClientException",
          `Fargate does not support "${kind}" of volumes; leave it out for the task's own disk.`,
        ),
      ),
    );
  });
}

function containerFailures(inputs: Inputs, isFargate: boolean): CheckFailure[] {
  const text = inputs.text("containerDefinitions");
  if (text === undefined) {
    return [];
  }
  const property = "containerDefinitions";
  let containers: Inputs[];
  try {
    containers = parseContainers(text);
  } catch (error) {
    return [{ property, reason: `ClientException: ${(error as Error).message}` }];
  }
  return [
    ...containerProblems(containers, volumeNames(inputs), isFargate).map((problem) => ({
      property,
      reason: `ClientException: ${problem}`,
    })),
    ...(inputs.has("executionRoleArn") ? [] : missingRoleFailures(containers, isFargate)),
  ];
}

/** Features that need an execution role. */
function missingRoleFailures(containers: readonly Inputs[], isFargate: boolean): CheckFailure[] {
  const some = (test: (container: Inputs) => boolean) => containers.some(test);
  const needs: [boolean, string][] = [
    [
      isFargate && some((each) => each.object("logConfiguration").text("logDriver") === "awslogs"),
      "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
    ],
    [
      isFargate && some((each) => registryOf(each.text("image") ?? "") === "ecr"),
      "Fargate requires task definition to have execution role ARN to support ECR images.",
    ],
    [
      some((each) => each.count("secrets") > 0),
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
  ];
  return failuresIn(
    ...needs.map(([isNeeded, text]) =>
      failWhen(isNeeded, "executionRoleArn", "ClientException", text),
    ),
  );
}
