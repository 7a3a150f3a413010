import { Inputs } from "../../engine/inputs";
import { isList, isObject, type Value } from "../../engine/wire";

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */
const invalidOnFargate = [
  "privileged",
  "links",
  "extraHosts",
  "dnsServers",
  "dnsSearchDomains",
  "dockerSecurityOptions",
  "disableNetworking",
  "hostname",
];
const fargateLogDrivers = ["awslogs", "splunk", "awsfirelens"];
const conditions = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];
/** For start and stop alike. */
const minTimeoutSeconds = 0;
const maxTimeoutSeconds = 120;
const secretArn = /^arn:aws[\w-]*:(secretsmanager|ssm):[a-z0-9-]+:\d{12}:(secret:|parameter\/).+$/;

/** The containers of a task definition. @throws SyntaxError when the text is not a JSON list. */
export function parseContainers(text: string): Inputs[] {
  let parsed: Value;
  try {
    parsed = JSON.parse(text) as Value;
  } catch {
    throw new SyntaxError("the container definitions are not valid JSON");
  }
  if (!isList(parsed) || !parsed.every(isObject)) {
    throw new SyntaxError("the container definitions must be a JSON array of objects");
  }
  return parsed.map((container) => new Inputs(container));
}

/** Reasons for which ECS refuses the containers of a task on Fargate (`fargate`) or EC2. */
export function containerProblems(
  containers: readonly Inputs[],
  volumes: readonly string[],
  fargate: boolean,
): string[] {
  if (containers.length === 0) {
    return ["Container list cannot be empty."];
  }
  const names = containers.map((container) => container.text("name"));
  const ports = containers.flatMap((container) =>
    container
      .objects("portMappings")
      .map((port) => `${port.number("containerPort")}/${port.text("protocol") ?? "tcp"}`),
  );
  return [
    ...repeated(names).map((name) => `Container name '${name}' is used more than once.`),
    ...repeated(ports).map((port) => `Port ${port} is mapped by more than one container.`),
    ...(!containers.some(isEssential)
      ? ["A task definition must have at least one essential container."]
      : []),
    ...containers.flatMap((container, index) => {
      const at = `Container ${container.text("name") ?? `[${index}]`}`;
      return [
        ...basics(container, at),
        ...portProblems(container, at),
        ...mountProblems(container, at, volumes),
        ...environmentProblems(container, at),
        ...dependencyProblems(container, at, containers),
        ...systemControlProblems(container, at),
        ...(fargate ? fargateProblems(container, at) : []),
      ];
    }),
  ];
}

const isEssential = (container: Inputs): boolean => container.value("essential") !== false;

function basics(container: Inputs, at: string): string[] {
  const health = container.object("healthCheck");
  return [
    ...(/^[A-Za-z0-9_-]{1,255}$/.test(container.text("name") ?? "")
      ? []
      : [`${at}: "name" must be 1 to 255 letters, digits, hyphens and underscores.`]),
    ...(container.text("image") ? [] : [`${at}: Container.image should not be null or empty.`]),
    ...(container.has("healthCheck") && health.texts("command").length === 0
      ? [`${at}: the health check has no command.`]
      : []),
  ];
}

const portProblems = (container: Inputs, at: string): string[] =>
  container.objects("portMappings").flatMap((port) => {
    const [own, host] = [port.number("containerPort"), port.number("hostPort")];
    return [
      ...(own !== undefined && own >= 1 && own <= 65535
        ? []
        : [`${at}: containerPort is ${port.shown("containerPort")}; allowed: 1 to 65535.`]),
      ...(host === undefined || host === own
        ? []
        : [
            `${at}: When networkMode=awsvpc, the host ports and container ports in port mappings must ` +
              `match (${host}, ${own}).`,
          ]),
      ...(["tcp", "udp", undefined].includes(port.text("protocol"))
        ? []
        : [`${at}: protocol is ${port.shown("protocol")}; allowed: tcp, udp.`]),
    ];
  });

function mountProblems(container: Inputs, at: string, volumes: readonly string[]): string[] {
  const mounts = container.objects("mountPoints");
  return [
    ...mounts
      .filter((mount) => !volumes.includes(mount.text("sourceVolume") ?? ""))
      .map((mount) => `${at}: Unknown volume '${mount.text("sourceVolume") ?? ""}'.`),
    ...mounts
      .filter((mount) => !/^\/./.test(mount.text("containerPath") ?? ""))
      .map(
        (mount) =>
          `${at}: containerPath of a mount point is ${mount.shown("containerPath")}; allowed: an ` +
          "absolute path.",
      ),
    ...repeated(mounts.map((mount) => mount.text("containerPath"))).map(
      (path) => `${at}: two mount points have the containerPath '${path}'.`,
    ),
  ];
}

function environmentProblems(container: Inputs, at: string): string[] {
  const variables = container.objects("environment").map((entry) => entry.text("name"));
  const secrets = container.objects("secrets");
  const names = [...variables, ...secrets.map((entry) => entry.text("name"))];
  return [
    ...(names.some((name) => !name)
      ? [`${at}: an environment variable or secret has no name.`]
      : []),
    ...repeated(names).map(
      (name) =>
        `${at}: The secret name must be unique and not shared with any new or existing environment ` +
        `variables set on the container, such as '${name}'.`,
    ),
    // Values may be secret, so the message shows names only.
    ...container
      .objects("environment")
      .filter((entry) => typeof entry.value("value") !== "string")
      .map(
        (entry) =>
          `${at}: the value of environment variable '${entry.text("name")}' is not a string.`,
      ),
    ...secrets
      .filter((entry) => !secretArn.test(entry.text("valueFrom") ?? ""))
      .map(
        (entry) =>
          `${at}: valueFrom of secret '${entry.text("name")}' is ${entry.shown("valueFrom")}; allowed: ` +
          "the ARN of a Secrets Manager secret or an SSM parameter.",
      ),
  ];
}

function dependencyProblems(
  container: Inputs,
  at: string,
  containers: readonly Inputs[],
): string[] {
  return container.objects("dependsOn").flatMap((dependency) => {
    const [name, condition] = [dependency.text("containerName"), dependency.text("condition")];
    const target = containers.find((other) => other.text("name") === name);
    return [
      ...(target && target !== container
        ? []
        : [`${at}: dependsOn names the container '${name}', which does not exist.`]),
      ...(conditions.includes(condition ?? "")
        ? []
        : [`${at}: dependsOn condition is '${condition}'; allowed: ${conditions.join(", ")}.`]),
      ...(target && ["COMPLETE", "SUCCESS"].includes(condition ?? "") && isEssential(target)
        ? [`${at}: waits for the end of '${name}', but that container is essential.`]
        : []),
      ...(condition === "HEALTHY" && target && !target.has("healthCheck")
        ? [`${at}: waits until '${name}' is HEALTHY, but that container has no health check.`]
        : []),
    ];
  });
}

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html */
const systemControl =
  /^(net\..+|fs\.mqueue\..+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))$/;

function systemControlProblems(container: Inputs, at: string): string[] {
  const controls = container.objects("systemControls");
  return [
    ...controls
      .filter((control) => !systemControl.test(control.text("namespace") ?? ""))
      .map(
        (control) =>
          `${at}: namespace of a system control is ${control.shown("namespace")}; allowed: net.*, ` +
          "fs.mqueue.* and the IPC settings of kernel.*.",
      ),
    ...controls
      .filter((control) => !control.text("value"))
      .map((control) => `${at}: system control '${control.text("namespace")}' has no value.`),
    ...repeated(controls.map((control) => control.text("namespace"))).map(
      (name) => `${at}: system control '${name}' is set twice.`,
    ),
  ];
}

function fargateProblems(container: Inputs, at: string): string[] {
  const log = container.object("logConfiguration");
  const driver = log.text("logDriver");
  const options = log.object("options");
  const linux = container.object("linuxParameters");
  const added = linux.object("capabilities").texts("add");
  return [
    ...invalidOnFargate
      .filter((name) => container.has(name) && container.value(name) !== false)
      .map((name) => `${at}: ${name} is not supported on Fargate.`),
    ...added
      .filter((capability) => capability !== "SYS_PTRACE")
      .map((capability) => `${at}: capability ${capability} cannot be added on Fargate.`),
    ...["devices", "maxSwap", "sharedMemorySize", "swappiness", "tmpfs"]
      .filter((name) => linux.has(name))
      .map((name) => `${at}: linuxParameters.${name} is not supported on Fargate.`),
    ...(container.has("logConfiguration") && !fargateLogDrivers.includes(driver ?? "")
      ? [`${at}: log driver is '${driver}'; allowed on Fargate: ${fargateLogDrivers.join(", ")}.`]
      : []),
    ...(driver === "awslogs"
      ? ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"]
          .filter((name) => !options.has(name))
          .map((name) => `${at}: Log driver awslogs requires option: ${name}`)
      : []),
    ...["startTimeout", "stopTimeout"]
      .filter((name) => {
        const seconds = container.number(name) ?? minTimeoutSeconds;
        return seconds < minTimeoutSeconds || seconds > maxTimeoutSeconds;
      })
      .map(
        (name) =>
          `${at}: ${name} is ${container.number(name)}; allowed on Fargate: ${minTimeoutSeconds} to ${maxTimeoutSeconds}.`,
      ),
  ];
}

const repeated = <T>(values: readonly T[]): T[] => [
  ...new Set(values.filter((value, index) => value && values.indexOf(value) !== index)),
];
