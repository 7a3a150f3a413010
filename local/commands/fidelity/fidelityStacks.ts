import type { keys } from "../../../config/keys";
import { accountId } from "../../account/accountId";
import { keysOf } from "../../cloud/localStack";
import { readLocalStack } from "../../cloud/project";

type Configuration = Readonly<Partial<Record<keyof typeof keys, unknown>>>;

const region = "ap-southeast-2";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:${accountId}:${resource}`;

const permissionsBoundaryArn = `arn:aws:iam::${accountId}:policy/team/boundary`;
const kmsKeyArn = arn("kms", "key/12345678-1234-1234-1234-123456789012");

/** A stack that uses existing resources wherever the configuration allows. */
const existing: Configuration = {
  environment: "prod",
  vpcId: "vpc-0123456789abcdef0",
  publicSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
  privateSubnetIds: ["subnet-0123456789abcdef3", "subnet-0123456789abcdef4"],
  certificateArn: arn("acm", "certificate/12345678-1234-1234-1234-123456789012"),
  clusterArn: arn("ecs", "cluster/TAK-Prod-ECSCluster"),
  permissionsBoundaryArn,
  cloudtakStack: "TAK-Prod",
  srtPassphraseSecretArn: arn("secretsmanager", "secret:srt-AbCdEf"),
  alarmEmail: "ops@example.org",
  gatewayImage: `${accountId}.dkr.ecr.${region}.amazonaws.com/gateway:1.0.0`,
};

/** Every part that a configuration can add, and lists and tags as long as they may be. */
const everything: Configuration = {
  environment: "prod",
  enableInsecurePorts: true,
  domainName: "video.example.org",
  hostedZoneName: "example.org",
  cloudtakStack: "TAK-Prod",
  cloudtakSigningSecretKmsKeyArn: kmsKeyArn,
  authMode: "compatible",
  recheckIntervalSeconds: 60,
  authFunctionInVpc: true,
  authReservedConcurrency: 50,
  authTracing: true,
  mediamtxCpu: 16384,
  mediamtxMemory: 122880,
  ephemeralStorageGib: 200,
  zones: 3,
  natGateways: "OnePerAz",
  permissionsBoundaryArn,
  kmsKeyArn,
  tags: Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`Tag${index}`, "x".repeat(256)]),
  ),
  allowedCidrs: Array.from({ length: 8 }, (_, index) => `203.0.${index}.0/24`),
  apiAllowedCidrs: ["198.51.100.0/24"],
  trustedSourceCidrs: ["10.20.0.0/16"],
  alarmEmail: "ops@example.org",
  protect: true,
};

/** Configurations of the stacks whose graphs are validated, beside the tracked dev and prod, by name. */
export const fidelityStacks = (): Readonly<Record<string, Record<string, unknown>>> => ({
  "dev-insecure-ports": {
    ...readLocalStack("Pulumi.dev.yaml").config,
    ...keysOf({ enableInsecurePorts: true }),
  },
  "existing-vpc": { "aws:region": region, ...keysOf(existing) },
  "everything-on": { "aws:region": region, ...keysOf(everything) },
});
