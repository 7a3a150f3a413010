import { planImage, type Registry, registryOf } from "../ecr/planImages";
import type { ContainerPlan, DependencyPlan, SecretPlan } from "../plan/types";
import { list, number, type Properties, record, type State, text } from "../state";

export interface PlannedContainer {
  readonly container: ContainerPlan;
  readonly image: string;
  readonly registry: Registry;
}

/**
 * The containers of a task definition. Containers that cannot be run here, and why, are added to
 * `faults`.
 */
export function planContainers(
  state: State,
  containerDefinitions: string,
  checkout: string,
  faults: string[],
): PlannedContainer[] {
  return list(JSON.parse(containerDefinitions)).flatMap((item) => {
    const definition = record(item);
    const name = text(definition.name);
    const image = planImage(state, text(definition.image), checkout);
    if (!image) {
      faults.push(
        `container ${name}: image ${text(definition.image)} cannot be run here; known are ` +
          "bluenviron/mediamtx:<version> and the images that this stack builds",
      );
      return [];
    }
    if (list(definition.command).length + list(definition.entryPoint).length > 0) {
      faults.push(`container ${name}: only the image's own command can be run here`);
      return [];
    }
    const log = planLog(name, record(definition.logConfiguration), faults);
    return [
      {
        image: text(definition.image),
        registry: registryOf(text(definition.image)),
        container: {
          name,
          image,
          environment: Object.fromEntries(
            list(definition.environment)
              .map(record)
              .map((variable) => [text(variable.name), text(variable.value)]),
          ),
          secrets: list(definition.secrets).flatMap((secret) =>
            planSecret(name, record(secret), faults),
          ),
          essential: definition.essential !== false,
          dependsOn: list(definition.dependsOn)
            .map(record)
            .map((dependency) => ({
              container: text(dependency.containerName),
              condition: text(dependency.condition) as DependencyPlan["condition"],
            })),
          mounts: list(definition.mountPoints)
            .map(record)
            .map((mount) => ({
              volume: text(mount.sourceVolume),
              containerPath: text(mount.containerPath),
            })),
          ports: list(definition.portMappings)
            .map(record)
            .map((mapping) => ({
              port: number(mapping.containerPort) ?? 0,
              protocol: text(mapping.protocol) === "udp" ? ("udp" as const) : ("tcp" as const),
            })),
          ...(log ? { log } : {}),
          // ECS waits 30 s for a container to stop by default; the default limit for a start is this runtime's.
          stopTimeoutMs: (number(definition.stopTimeout) ?? 30) * 1000,
          startTimeoutMs: (number(definition.startTimeout) ?? 120) * 1000,
        },
      },
    ];
  });
}

function planLog(name: string, configuration: Properties, faults: string[]): ContainerPlan["log"] {
  if (text(configuration.logDriver) === "") return undefined;
  const options = record(configuration.options);
  const group = text(options["awslogs-group"]);
  const streamPrefix = text(options["awslogs-stream-prefix"]);
  if (text(configuration.logDriver) !== "awslogs" || group === "" || streamPrefix === "") {
    faults.push(
      `container ${name}: its log configuration needs logDriver awslogs with options ` +
        "awslogs-group and awslogs-stream-prefix",
    );
    return undefined;
  }
  return { group, streamPrefix };
}

/** `valueFrom` is `arn:aws:secretsmanager:<region>:<account>:secret:<name>[:<json key>:<stage>:<id>]`. */
function planSecret(container: string, secret: Properties, faults: string[]): SecretPlan[] {
  const parts = text(secret.valueFrom).split(":");
  if (parts[2] !== "secretsmanager" || parts.slice(8).some((part) => part !== "")) {
    faults.push(
      `container ${container}: secret ${text(secret.name)} must be the ARN of the current ` +
        "value of a Secrets Manager secret to be injected here",
    );
    return [];
  }
  return [{ name: text(secret.name), arn: parts.slice(0, 7).join(":"), key: parts[7] ?? "" }];
}
