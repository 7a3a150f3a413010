import type * as pulumi from "@pulumi/pulumi";
import type { Declared, GatewayEnvironment } from "../../shared/environmentVariables";
import { gatewayHealthPort, gatewayPort, protocols } from "../../shared/protocols";
import { type GatewayEnvironmentArgs, gatewayEnvironment } from "./gatewayEnvironment";
import { mediamtxEnvironment, srtPassphraseVariables } from "./mediamtxEnvironment";
import { recordingsFolder, recordingsVolume } from "./recordings";

export interface ContainersArgs extends GatewayEnvironmentArgs {
  readonly mediamtxImage: pulumi.Input<string>;
  readonly gatewayImage: pulumi.Input<string>;
  readonly authFunctionArn: pulumi.Input<string>;
  /** undefined = SRT is not encrypted. */
  readonly srtPassphraseSecretArn: pulumi.Input<string> | undefined;
  readonly logGroupName: pulumi.Input<string>;
  readonly region: pulumi.Input<string>;
}

/** The container that receives all traffic. */
export const gatewayContainerName = "gateway";

/** Ports of the gateway that the load balancer reaches: one door per protocol, and the health check. */
export const gatewayPorts = () => [
  ...protocols.map((protocol) => ({
    key: protocol.key,
    port: gatewayPort(protocol),
    ipProtocol: protocol.target === "UDP" ? "udp" : "tcp",
  })),
  { key: "health", port: gatewayHealthPort, ipProtocol: "tcp" },
];

/** Container definitions of the task, in the words of ECS. Nothing in them depends on which listeners are open. */
export const containerDefinitions = (args: ContainersArgs) => [gateway(args), mediamtx(args)];

const gateway = (args: ContainersArgs) => ({
  name: gatewayContainerName,
  image: args.gatewayImage,
  ...common(args),
  user: "1000:1000",
  systemControls: tcpBuffers,
  portMappings: gatewayPorts().map(({ port, ipProtocol }) => ({
    containerPort: port,
    hostPort: port,
    protocol: ipProtocol,
  })),
  environment: variables({
    ...gatewayEnvironment(args),
    AUTH_FUNCTION_ARN: args.authFunctionArn,
  } satisfies Declared<GatewayEnvironment, pulumi.Input<string>>),
  healthCheck: {
    command: ["CMD", "node", "-e", healthProbe],
    interval: 30,
    timeout: 5,
    retries: 3,
    startPeriod: 30,
  },
});

/**
 * Minimum, default and maximum of a socket's buffer in bytes. By Linux' defaults a reader that stops reading pins 5 to 8 MB
 * of kernel memory, on its own connection and on the gateway's to MediaMTX. 1 MiB is enough for 8 Mbit/s at 600 ms of round
 * trip. Containers of a task share its network, and AWS wants network settings in one of them only.
 */
const tcpBuffers = [
  { namespace: "net.ipv4.tcp_rmem", value: "4096 131072 1048576" },
  { namespace: "net.ipv4.tcp_wmem", value: "4096 16384 1048576" },
];

/** The image holds nothing but MediaMTX, so it has no health check of its own: the gateway's asks MediaMTX. */
const mediamtx = (args: ContainersArgs) => ({
  name: "mediamtx",
  image: args.mediamtxImage,
  ...common(args),
  user: "65534:65534",
  // Ends first, and with it every session, so that the gateway need not wait for any when its turn comes.
  dependsOn: [{ containerName: gatewayContainerName, condition: "START" }],
  environment: variables(mediamtxEnvironment()),
  ...(args.srtPassphraseSecretArn === undefined
    ? {}
    : { secrets: passphraseSecrets(args.srtPassphraseSecretArn) }),
});

const common = (args: ContainersArgs) => ({
  essential: true,
  readonlyRootFilesystem: true,
  stopTimeout: 30,
  // Not read-only for the gateway either: its image gives the new volume MediaMTX's user for an owner.
  mountPoints: [{ sourceVolume: recordingsVolume, containerPath: recordingsFolder }],
  ulimits: [{ name: "nofile", softLimit: 65535, hardLimit: 65535 }],
  logConfiguration: {
    logDriver: "awslogs",
    options: {
      "awslogs-group": args.logGroupName,
      "awslogs-region": args.region,
      "awslogs-stream-prefix": "media",
      // Lines are dropped rather than streams held up while CloudWatch does not take them.
      mode: "non-blocking",
      "max-buffer-size": "25m",
    },
  },
});

const variables = (environment: Record<string, pulumi.Input<string>>) =>
  Object.entries(environment).map(([name, value]) => ({ name, value }));

const passphraseSecrets = (valueFrom: pulumi.Input<string>) =>
  srtPassphraseVariables.map((name) => ({ name, valueFrom }));

const healthProbe =
  `fetch("http://127.0.0.1:${gatewayHealthPort}/health")` +
  ".then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))";
