import { type AuthMode, authModes } from "../shared/authContract";
import { type FargateCpu, fargateMemoryMib } from "../shared/fargateSizes";
import { logRetentionDays } from "../shared/logRetention";
import { version as mediamtxVersion } from "../shared/mediamtx.json";
import { arn, certificateArn, exampleArn, kmsKeyArn, policyArn, secretArn } from "./formats/arns";
import {
  boolean,
  caCertificates,
  domain,
  emailAddress,
  type Format,
  integer,
  list,
  oneOf,
  serverUrl,
  text,
  version,
} from "./formats/formats";
import { imageWithDigest, imageWithVersion } from "./formats/images";
import { cidr, privateCidr, vpcCidr } from "./formats/networks";
import { tags } from "./formats/tags";

/** In the words of Pulumi.yaml's schema, for the table of docs/CONFIGURATION.md; Pulumi.yaml itself has none. */
export type KeyType = "string" | "integer" | "boolean" | "array" | "object";

/** One configuration key. */
export interface Key<T> {
  readonly type: KeyType;
  /** Value when not set. "", [] and {} mean that there is none. */
  readonly default: T;
  /** The key must be set, unless this one is. */
  readonly requiredWithout?: string;
  readonly description: string;
  readonly format: Format<T>;
  /** An allowed value, for the remedy in messages. For a list, one item; for an object, `name=value`. */
  readonly example: string;
  /** A secret is easily put here in place of its ARN: the value is never shown. */
  readonly hidden?: true;
}

const key = <T>(spec: Key<T>): Key<T> => spec;

const fargateCpus = Object.keys(fargateMemoryMib).map(Number) as FargateCpu[];
const fargateMemories = [...new Set<number>(Object.values(fargateMemoryMib).flat())].sort(
  (a, b) => a - b,
);

const exampleKmsKeyArn = exampleArn("kms", "key/12345678-1234-1234-1234-123456789012");

const exampleSecretArn = (name: string) => exampleArn("secretsmanager", `secret:${name}`);

const subnetId = text(/^subnet-[0-9a-f]{8,17}$/, "a subnet id, subnet- and hexadecimal digits");

/**
 * A security group holds 60 inbound rules. With the plaintext ports there are six listeners for allowedCidrs and
 * one for apiAllowedCidrs: 7 x 8 = 56.
 */
const maxCidrs = 8;
const clientCidrs = list(cidr(0, 32, "203.0.113.0/24"), maxCidrs);

/** Every configuration key. Pulumi.yaml and docs/CONFIGURATION.md repeat this table; a test holds the three together. */
export const keys = {
  environment: key<"dev" | "prod">({
    type: "string",
    default: "prod",
    description:
      "What the stack is for. Policies are strict unless it is dev, and only dev may do without a certificate",
    format: oneOf("dev", "prod"),
    example: "dev",
  }),
  enableInsecurePorts: key({
    type: "boolean",
    default: false,
    description: "Opens RTMP on 1935 and RTSP on 8554 without TLS besides the secure ports",
    format: boolean,
    example: "false",
  }),
  domainName: key({
    type: "string",
    default: "",
    description:
      "Host name of the media server, which points to the load balancer. A certificate for it is requested from ACM, unless certificateArn names one",
    format: domain,
    example: "media.example.org",
  }),
  hostedZoneName: key({
    type: "string",
    default: "",
    description: "Route 53 hosted zone that holds domainName",
    format: domain,
    example: "example.org",
  }),
  certificateArn: key({
    type: "string",
    default: "",
    description:
      "ACM certificate to use in place of a requested one. With domainName and hostedZoneName that name points to the load balancer. Without any of them the certificate is self-signed, with environment dev only",
    format: certificateArn,
    example: exampleArn("acm", "certificate/12345678-1234-1234-1234-123456789012"),
  }),
  cloudtakStack: key({
    type: "string",
    default: "",
    description:
      "CloudTAK's CloudFormation stack in the same account and region, without -CloudTAK at the end. Its exports fill in cloudtakUrl and cloudtakSigningSecretArn where these are not set",
    format: text(
      /^[A-Za-z][A-Za-z0-9-]{0,119}$/,
      "up to 120 letters, digits and hyphens, such as TAK-Dev",
    ),
    example: "TAK-Dev",
  }),
  cloudtakUrl: key({
    type: "string",
    default: "",
    requiredWithout: "cloudtakStack",
    description: "CloudTAK server that decides who may publish and watch",
    format: serverUrl,
    example: "https://cloudtak.example.org",
  }),
  cloudtakSigningSecretArn: key({
    type: "string",
    default: "",
    requiredWithout: "cloudtakStack",
    description: "ARN of the secret that holds CloudTAK's signing secret",
    format: secretArn,
    example: exampleSecretArn("cloudtak-signing-AbCdEf"),
    hidden: true,
  }),
  cloudtakSigningSecretKmsKeyArn: key({
    type: "string",
    default: "",
    description:
      "KMS key that encrypts this secret, where the deployer may not look it up (secretsmanager:DescribeSecret)",
    format: kmsKeyArn,
    example: exampleKmsKeyArn,
  }),
  authMode: key<AuthMode>({
    type: "string",
    default: "strict",
    description:
      "Whom open leases admit: strict, only clients with credentials; open-read, everyone who knows their path " +
      "may watch, as CloudTAK's own player does; compatible, everyone may publish too, as CloudTAK itself allows",
    format: oneOf(...authModes),
    example: "strict",
  }),
  recheckIntervalSeconds: key<number>({
    type: "integer",
    default: 30,
    description:
      "Seconds after which CloudTAK is asked again about each running session; a revoked one is cut within this time and 15 s",
    format: integer(1, 60),
    example: "30",
  }),
  cloudtakCaCertificates: key({
    type: "string",
    default: "",
    description: "Authorities that sign CloudTAK's certificate, when no public one does",
    format: caCertificates,
    example: '"$(cat ca.pem)"',
  }),
  authFunctionInVpc: key({
    type: "boolean",
    default: false,
    description:
      "Runs the auth function in the task's subnets, for a CloudTAK that only the VPC reaches. It needs NAT gateways or endpoints",
    format: boolean,
    example: "true",
  }),
  authReservedConcurrency: key<number>({
    type: "integer",
    default: 0,
    description:
      "Concurrent executions that are reserved for the auth function, and its limit; 0 = none reserved, no limit of its own",
    format: integer(0, 1000),
    example: "50",
  }),
  authTracing: key({
    type: "boolean",
    default: false,
    description: "Traces the auth function with X-Ray",
    format: boolean,
    example: "true",
  }),
  srtPassphraseSecretArn: key({
    type: "string",
    default: "",
    description:
      "ARN of the secret that holds the SRT passphrase, 10 to 79 characters. Without it one with a random passphrase is made, but in dev, where SRT is not encrypted then",
    format: secretArn,
    example: exampleSecretArn("srt-passphrase-AbCdEf"),
    hidden: true,
  }),
  mediamtxVersion: key({
    type: "string",
    default: mediamtxVersion,
    description: "Version of MediaMTX's image, which is copied into the stack's repository",
    // 1.20.1 is the first release that runs on a read-only root file system again.
    format: version("1.20.1"),
    example: mediamtxVersion,
  }),
  mediamtxImage: key({
    type: "string",
    default: "",
    description:
      "MediaMTX image to use in place of copying that of mediamtxVersion from Docker Hub; linux/arm64",
    format: imageWithDigest,
    example: `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/mediamtx@sha256:${"0".repeat(64)}`,
  }),
  mediamtxCpu: key<FargateCpu>({
    type: "integer",
    default: 1024,
    description: "CPU units of the Fargate task, 1024 = one vCPU",
    format: oneOf(...fargateCpus),
    example: "1024",
  }),
  mediamtxMemory: key<number>({
    type: "integer",
    default: 2048,
    description: "Memory of the Fargate task in MiB",
    format: {
      ...oneOf(...fargateMemories),
      allowed: "a size in MiB that Fargate offers for the chosen mediamtxCpu",
    },
    example: "2048",
  }),
  ephemeralStorageGib: key<number>({
    type: "integer",
    default: 20,
    description:
      "Disk of the task in GiB, of which recordings may take all but 4; they are gone when the task ends",
    format: integer(20, 200),
    example: "100",
  }),
  vpcCidrBlock: key({
    type: "string",
    default: "10.0.0.0/16",
    description: "Address range of the new VPC",
    format: vpcCidr,
    example: "10.0.0.0/16",
  }),
  zones: key<number>({
    type: "integer",
    default: 2,
    description:
      "Availability zones of the new VPC. Adding one keeps what is there, taking one away replaces the load balancer",
    format: oneOf(1, 2, 3),
    example: "2",
  }),
  natGateways: key<"None" | "Single" | "OnePerAz">({
    type: "string",
    default: "Single",
    description:
      "NAT gateways of the new VPC. With None the task has a public address, with environment dev only",
    format: oneOf("None", "Single", "OnePerAz"),
    example: "Single",
  }),
  vpcId: key({
    type: "string",
    default: "",
    description:
      "Existing VPC to use in place of vpcCidrBlock, zones and natGateways; needs publicSubnetIds and privateSubnetIds",
    format: text(/^vpc-[0-9a-f]{8,17}$/, "a VPC id, vpc- and hexadecimal digits"),
    example: "vpc-0123456789abcdef0",
  }),
  publicSubnetIds: key<readonly string[]>({
    type: "array",
    default: [],
    description: "Subnets of the existing VPC for the load balancer, one per zone",
    format: list(subnetId, 6),
    example: "subnet-0123456789abcdef0",
  }),
  privateSubnetIds: key<readonly string[]>({
    type: "array",
    default: [],
    description: "Subnets of the existing VPC for the task; they need a way to the internet",
    format: list(subnetId, 6),
    example: "subnet-0123456789abcdef0",
  }),
  clusterArn: key({
    type: "string",
    default: "",
    description: "Existing ECS cluster for the service, in place of one of its own",
    format: arn("ecs", "cluster/[A-Za-z0-9_-]{1,255}", "the ARN of an ECS cluster"),
    example: exampleArn("ecs", "cluster/TAK-Dev-ECSCluster"),
  }),
  permissionsBoundaryArn: key({
    type: "string",
    default: "",
    description: "Policy that bounds what the roles of the stack may do",
    format: policyArn,
    example: exampleArn("iam", "policy/boundary", ""),
  }),
  kmsKeyArn: key({
    type: "string",
    default: "",
    description:
      "Existing KMS key that encrypts log groups, access logs, image repository, alarms and the auth function's environment, in place of keys that AWS manages. Its policy must admit the services",
    format: kmsKeyArn,
    example: exampleKmsKeyArn,
  }),
  tags: key<Readonly<Record<string, string>>>({
    type: "object",
    default: {},
    description: "Tags of every resource, besides Project, Stack and Environment",
    format: tags,
    example: "CostCentre=4711",
  }),
  allowedCidrs: key<readonly string[]>({
    type: "array",
    default: ["0.0.0.0/0"],
    description: "Networks that may reach the media ports",
    format: clientCidrs,
    example: "203.0.113.0/24",
  }),
  apiAllowedCidrs: key<readonly string[]>({
    type: "array",
    default: [],
    description: "Networks that may reach the API port, CloudTAK's among them; none = allowedCidrs",
    format: clientCidrs,
    example: "203.0.113.0/24",
  }),
  trustedSourceCidrs: key<readonly string[]>({
    type: "array",
    default: [],
    description:
      "Private networks that leases may pull streams from, such as those of cameras behind a VPN; every user who may make a lease reaches them. None = the internet alone",
    format: list(privateCidr, maxCidrs),
    example: "10.20.0.0/16",
  }),
  logRetentionDays: key<number>({
    type: "integer",
    default: 365,
    description: "Days for which CloudWatch keeps the logs",
    format: oneOf(...logRetentionDays),
    example: "365",
  }),
  alarmEmail: key({
    type: "string",
    default: "",
    description: "Address to which alarms are sent; without it there are no alarms",
    format: emailAddress,
    example: "ops@example.org",
  }),
  gatewayImage: key({
    type: "string",
    default: "",
    description: "Gateway image to use in place of building and pushing one; linux/arm64",
    format: imageWithVersion,
    example: "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/gateway:1.0.0",
  }),
  protect: key({
    type: "boolean",
    default: false,
    description:
      "Refuses to delete or replace the load balancer, its access logs, the certificate and the log groups",
    format: boolean,
    example: "true",
  }),
};

/**
 * The command that gives a key an allowed value. The CLI takes an ARN for a secret when the key speaks of one, and a PEM
 * certificate for an option, as it begins with a hyphen.
 */
export function setCommand(name: string, { type, example }: Key<unknown>): string {
  const plaintext = name.includes("Secret") ? "--plaintext " : "";
  const end = example.includes(".pem") ? "-- " : "";
  const [entry, ...value] = example.split("=");
  const assignment: Partial<Record<KeyType, string>> = {
    array: `--path '${name}[0]' ${example}`,
    object: `--path '${name}.${entry}' ${value.join("=")}`,
  };
  return `pulumi config set ${plaintext}${assignment[type] ?? `${name} ${end}${example}`}`;
}

export type KeyName = keyof typeof keys;

/** The value of every key by itself, defaults filled in. */
export type Values = { readonly [K in KeyName]: (typeof keys)[K]["default"] };
