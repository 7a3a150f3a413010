import { container, good } from "../../fixtures";
import { describeInputs, type Refused, without } from "../../inputCases";

const task = good.taskDefinition;

/** CPU units and MiB that are no pair. */
const fargateSizes: [string, string][] = [
  ["128", "512"],
  ["256", "256"],
  ["256", "1536"],
  ["256", "4096"],
  ["512", "512"],
  ["1024", "1024"],
  ["1024", "9216"],
  ["2048", "2048"],
  ["4096", "4096"],
  ["32768", "122880"],
];

describeInputs(
  "of task definitions",
  [
    [
      "300 CPU units",
      "taskDefinition",
      task({ cpu: "300" }),
      "cpu: ClientException: No Fargate configuration exists",
    ],
    [
      "8192 CPU units with 18 GB",
      "taskDefinition",
      task({ cpu: "8192", memory: "18 GB" }),
      "cpu: ClientException: No Fargate configuration exists",
    ],
    [
      "bridge networking on Fargate",
      "taskDefinition",
      task({ networkMode: "bridge" }),
      "networkMode: ClientException",
    ],
    [
      "a shared host PID on Fargate",
      "taskDefinition",
      task({ pidMode: "host" }),
      "pidMode: ClientException",
    ],
    [
      "a folder of the host on Fargate",
      "taskDefinition",
      task({ volumes: [{ name: "data", hostPath: "/data" }] }),
      'volumes[0]: ClientException: Fargate does not support "hostPath"',
    ],
    [
      "a Docker volume on Fargate",
      "taskDefinition",
      task({ volumes: [{ name: "data", dockerVolumeConfiguration: { scope: "task" } }] }),
      'volumes[0]: ClientException: Fargate does not support "dockerVolumeConfiguration"',
    ],
    [
      "a volume without a proper name",
      "taskDefinition",
      task({ volumes: [{ name: "my data" }] }),
      'volumes[0]: ClientException: volume name "my data" is invalid',
    ],
    [
      "two volumes of one name",
      "taskDefinition",
      task({ volumes: [{ name: "data" }, { name: "data" }] }),
      "volumes[1]: ClientException: Duplicate volume name 'data'",
    ],
    [
      "a mount point of a volume that there is not",
      "taskDefinition",
      task(
        { volumes: [{ name: "data" }] },
        container({ mountPoints: [{ sourceVolume: "date", containerPath: "/data" }] }),
      ),
      "containerDefinitions: ClientException: Container app: Unknown volume 'date'",
    ],
    [
      "a mount point at no absolute path",
      "taskDefinition",
      task(
        { volumes: [{ name: "data" }] },
        container({ mountPoints: [{ sourceVolume: "data", containerPath: "data" }] }),
      ),
      "containerDefinitions: ClientException: Container app: containerPath of a mount point",
    ],
    [
      "two mount points at one path",
      "taskDefinition",
      task(
        { volumes: [{ name: "a" }, { name: "b" }] },
        container({
          mountPoints: ["a", "b"].map((sourceVolume) => ({ sourceVolume, containerPath: "/x" })),
        }),
      ),
      "containerDefinitions: ClientException: Container app: two mount points have",
    ],
    [
      "containers that are not JSON",
      "taskDefinition",
      task({ containerDefinitions: "[" }),
      "containerDefinitions: ClientException: the container definitions are not valid JSON",
    ],
    [
      "no containers",
      "taskDefinition",
      task({ containerDefinitions: "[]" }),
      "containerDefinitions: ClientException: Container list cannot be empty",
    ],
    [
      "two containers of one name",
      "taskDefinition",
      task({}, container(), container({ portMappings: [] })),
      "containerDefinitions: ClientException: Container name 'app' is used",
    ],
    [
      "a container without image",
      "taskDefinition",
      task({}, without(container(), "image")),
      "containerDefinitions: ClientException: Container app: Container.image",
    ],
    [
      "no essential container",
      "taskDefinition",
      task({}, container({ essential: false })),
      "containerDefinitions: ClientException: A task definition must have at least one essential",
    ],
    [
      "two containers on one port",
      "taskDefinition",
      task({}, container(), container({ name: "b" })),
      "containerDefinitions: ClientException: Port 18888/tcp is mapped",
    ],
    [
      "another host port with awsvpc",
      "taskDefinition",
      task({}, container({ portMappings: [{ containerPort: 1, hostPort: 2 }] })),
      "containerDefinitions: ClientException: Container app: When networkMode=awsvpc",
    ],
    [
      "a secret that is no ARN",
      "taskDefinition",
      task(
        { executionRoleArn: "arn" },
        container({ secrets: [{ name: "A", valueFrom: "plain" }] }),
      ),
      "containerDefinitions: ClientException: Container app: valueFrom of secret 'A'",
    ],
    [
      "a secret and a variable of one name",
      "taskDefinition",
      task(
        { executionRoleArn: "arn" },
        container({
          environment: [{ name: "A", value: "1" }],
          secrets: [{ name: "A", valueFrom: "arn:aws:secretsmanager:x-y-1:123456789012:secret:a" }],
        }),
      ),
      "containerDefinitions: ClientException: Container app: The secret name must be unique",
    ],
    [
      "an environment value that is a number",
      "taskDefinition",
      task({}, container({ environment: [{ name: "A", value: 1 }] })),
      "containerDefinitions: ClientException: Container app: the value of environment variable 'A'",
    ],
    [
      "logs without an execution role",
      "taskDefinition",
      task(
        {},
        container({
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": "g", "awslogs-region": "r", "awslogs-stream-prefix": "p" },
          },
        }),
      ),
      "executionRoleArn: ClientException: Fargate requires task definition to have execution role",
    ],
    [
      "logs without a group",
      "taskDefinition",
      task(
        { executionRoleArn: "arn" },
        container({
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-region": "r", "awslogs-stream-prefix": "p" },
          },
        }),
      ),
      "containerDefinitions: ClientException: Container app: Log driver awslogs requires option: awslogs-group",
    ],
    [
      "a log driver that Fargate has not",
      "taskDefinition",
      task({}, container({ logConfiguration: { logDriver: "syslog" } })),
      "containerDefinitions: ClientException: Container app: log driver is 'syslog'",
    ],
    [
      "a privileged container",
      "taskDefinition",
      task({}, container({ privileged: true })),
      "containerDefinitions: ClientException: Container app: privileged is not supported",
    ],
    [
      "an added capability",
      "taskDefinition",
      task({}, container({ linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } })),
      "containerDefinitions: ClientException: Container app: capability NET_ADMIN",
    ],
    ...["startTimeout", "stopTimeout"].flatMap((name) =>
      [-1, 121].map(
        (seconds): Refused => [
          `a ${name} of ${seconds} s`,
          "taskDefinition",
          task({}, container({ [name]: seconds })),
          `containerDefinitions: ClientException: Container app: ${name} is ${seconds}`,
        ],
      ),
    ),
    ...[-1, 0, 65536, 70000].map(
      (containerPort): Refused => [
        `a container on port ${containerPort}`,
        "taskDefinition",
        task({}, container({ portMappings: [{ containerPort }] })),
        `containerDefinitions: ClientException: Container app: containerPort is ${containerPort}`,
      ],
    ),
    [
      "a port over a protocol that ECS has not",
      "taskDefinition",
      task({}, container({ portMappings: [{ containerPort: 1, protocol: "sctp" }] })),
      'containerDefinitions: ClientException: Container app: protocol is "sctp"',
    ],
    ...["a b", "a.b", "a".repeat(256)].map(
      (name): Refused => [
        `a container called ${name.slice(0, 10)}`,
        "taskDefinition",
        task({}, container({ name })),
        `containerDefinitions: ClientException: Container ${name}: "name" must be 1 to 255`,
      ],
    ),
    [
      "a health check without a command",
      "taskDefinition",
      task({}, container({ healthCheck: {} })),
      "containerDefinitions: ClientException: Container app: the health check has no command",
    ],
    [
      "secrets without an execution role",
      "taskDefinition",
      task(
        {},
        container({
          secrets: [{ name: "A", valueFrom: "arn:aws:secretsmanager:x-y-1:123456789012:secret:a" }],
        }),
      ),
      "executionRoleArn: ClientException: When you are specifying container secrets, you must also specify",
    ],
    ...["dkr.ecr.eu-west-1.amazonaws.com", "dkr-ecr.eu-west-1.on.aws"].map(
      (host): Refused => [
        `an image of ${host} without an execution role`,
        "taskDefinition",
        task({}, container({ image: `123456789012.${host}/app:1` })),
        "executionRoleArn: ClientException: Fargate requires task definition to have execution role ARN to support ECR images.",
      ],
    ),
    [
      "a mount point without a volume",
      "taskDefinition",
      task({}, container({ mountPoints: [{ sourceVolume: "data", containerPath: "/data" }] })),
      "containerDefinitions: ClientException: Container app: Unknown volume 'data'",
    ],
    [
      "a container that waits for itself",
      "taskDefinition",
      task({}, container({ dependsOn: [{ containerName: "app", condition: "START" }] })),
      "containerDefinitions: ClientException: Container app: dependsOn names the container 'app'",
    ],
    [
      "waiting for a condition that there is not",
      "taskDefinition",
      task(
        {},
        container({ dependsOn: [{ containerName: "b", condition: "READY" }] }),
        container({ name: "b", portMappings: [] }),
      ),
      "containerDefinitions: ClientException: Container app: dependsOn condition is 'READY'",
    ],
    ...["COMPLETE", "SUCCESS"].map(
      (condition): Refused => [
        `waiting for the ${condition} of an essential container`,
        "taskDefinition",
        task(
          {},
          container({ dependsOn: [{ containerName: "b", condition }] }),
          container({ name: "b", portMappings: [] }),
        ),
        "containerDefinitions: ClientException: Container app: waits for the end of 'b'",
      ],
    ),
    ...fargateSizes.map(
      ([cpu, memory]): Refused => [
        `${cpu} CPU units with ${memory} MiB`,
        "taskDefinition",
        task({ cpu, memory }),
        "cpu: ClientException: No Fargate configuration exists for given values",
      ],
    ),
    ...["20", "201"].map(
      (sizeInGib): Refused => [
        `${sizeInGib} GiB of ephemeral storage`,
        "taskDefinition",
        task({ ephemeralStorage: { sizeInGib } }),
        "sizeInGib: ClientException",
      ],
    ),
    [
      "a task of an architecture that Fargate has not",
      "taskDefinition",
      task({ runtimePlatform: { cpuArchitecture: "arm64" } }),
      "cpuArchitecture: ClientException",
    ],
    [
      "a kernel setting of the whole machine",
      "taskDefinition",
      task({}, container({ systemControls: [{ namespace: "vm.swappiness", value: "1" }] })),
      "containerDefinitions: ClientException: Container app: namespace of a system control is",
    ],
    [
      "a kernel setting without a value",
      "taskDefinition",
      task({}, container({ systemControls: [{ namespace: "net.ipv4.tcp_rmem" }] })),
      "containerDefinitions: ClientException: Container app: system control 'net.ipv4.tcp_rmem' has no value",
    ],
    [
      "a kernel setting twice",
      "taskDefinition",
      task(
        {},
        container({
          systemControls: ["1", "2"].map((value) => ({ namespace: "kernel.sem", value })),
        }),
      ),
      "containerDefinitions: ClientException: Container app: system control 'kernel.sem' is set twice",
    ],
    [
      "waiting for a container that does not exist",
      "taskDefinition",
      task({}, container({ dependsOn: [{ containerName: "b", condition: "START" }] })),
      "containerDefinitions: ClientException: Container app: dependsOn names the container 'b'",
    ],
    [
      "waiting for the health of a container without check",
      "taskDefinition",
      task(
        {},
        container({ dependsOn: [{ containerName: "b", condition: "HEALTHY" }] }),
        container({ name: "b", portMappings: [] }),
      ),
      "containerDefinitions: ClientException: Container app: waits until 'b' is HEALTHY",
    ],
  ],
  [
    [
      "timeouts of 120 s",
      "taskDefinition",
      task({}, container({ startTimeout: 120, stopTimeout: 120 })),
    ],
    ["1 vCPU with 8 GB", "taskDefinition", task({ cpu: "1 vCPU", memory: "8 GB" })],
    ["16384 CPU units with 120 GB", "taskDefinition", task({ cpu: "16384", memory: "122880" })],
    [
      "one port over TCP and UDP",
      "taskDefinition",
      task(
        {},
        container(),
        container({ name: "b", portMappings: [{ containerPort: 18888, protocol: "udp" }] }),
      ),
    ],
  ],
);
