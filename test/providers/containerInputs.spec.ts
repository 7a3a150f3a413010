import { container, good } from "./fixtures";
import { describeInputs, without } from "./inputCases";

const task = good.taskDefinition;

describeInputs(
  "of containers and services",
  [
    [
      "six target groups",
      "service",
      {
        loadBalancers: Array.from({ length: 6 }, () => ({
          containerName: "a",
          containerPort: 1,
          targetGroupArn: "arn",
        })),
      },
      "loadBalancers: InvalidParameterException: load balancers can have at most 5 items",
    ],
    [
      "a grace period without load balancer",
      "service",
      { healthCheckGracePeriodSeconds: 60 },
      "healthCheckGracePeriodSeconds: InvalidParameterException",
    ],
    [
      "300 CPU units",
      "taskDefinition",
      task({ cpu: "300" }),
      "cpu: ClientException: No Fargate configuration exists",
    ],
    [
      "256 CPU units with 4096 MiB",
      "taskDefinition",
      task({ memory: "4096" }),
      "cpu: ClientException: No Fargate configuration exists",
    ],
    [
      "256 CPU units with 1536 MiB",
      "taskDefinition",
      task({ memory: "1536" }),
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
      "200 GiB and one of ephemeral storage",
      "taskDefinition",
      task({ ephemeralStorage: { sizeInGib: 201 } }),
      "sizeInGib: ClientException",
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
    [
      "a stop timeout of 121 s",
      "taskDefinition",
      task({}, container({ stopTimeout: 121 })),
      "containerDefinitions: ClientException: Container app: stopTimeout is 121",
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
    [
      "a cluster with unknown insights",
      "cluster",
      { settings: [{ name: "containerInsights", value: "on" }] },
      "value: InvalidParameterException",
    ],
  ],
  [
    [
      "five target groups",
      "service",
      {
        loadBalancers: Array.from({ length: 5 }, () => ({
          containerName: "a",
          containerPort: 1,
          targetGroupArn: "arn",
        })),
      },
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
