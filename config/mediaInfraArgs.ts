// Made by `npm run config:docs` from the table in keys.ts; a test holds the two together.
import type { Values } from "./keys";

/**
 * The configuration as a value: names, meaning and defaults are those of the configuration keys. A value that is
 * left out, or undefined, has its default.
 */
export interface MediaInfraArgs {
  /**
   * What the stack is for. Policies are strict unless it is dev, and only dev may do without a
   * certificate.
   *
   * Allowed: dev or prod.
   *
   * @default "prod"
   */
  readonly environment?: Values["environment"] | undefined;

  /**
   * Opens RTMP on 1935 and RTSP on 8554 without TLS besides the secure ports.
   *
   * Allowed: true or false.
   *
   * @default false
   */
  readonly enableInsecurePorts?: Values["enableInsecurePorts"] | undefined;

  /**
   * Host name of the media server, which points to the load balancer. A certificate for it is
   * requested from ACM, unless certificateArn names one.
   *
   * Allowed: a host name in lower case, such as media.example.org.
   *
   * @default none
   */
  readonly domainName?: Values["domainName"] | undefined;

  /**
   * Route 53 hosted zone that holds domainName.
   *
   * Allowed: a host name in lower case, such as media.example.org.
   *
   * @default none
   */
  readonly hostedZoneName?: Values["hostedZoneName"] | undefined;

  /**
   * ACM certificate to use in place of a requested one. With domainName and hostedZoneName that
   * name points to the load balancer. Without any of them the certificate is self-signed, with
   * environment dev only.
   *
   * Allowed: the ARN of an ACM certificate.
   *
   * @default none
   */
  readonly certificateArn?: Values["certificateArn"] | undefined;

  /**
   * CloudTAK's CloudFormation stack in the same account and region, without -CloudTAK at the end.
   * Its exports fill in cloudtakUrl and cloudtakSigningSecretArn where these are not set.
   *
   * Allowed: up to 120 letters, digits and hyphens, such as TAK-Dev.
   *
   * @default none
   */
  readonly cloudtakStack?: Values["cloudtakStack"] | undefined;

  /**
   * CloudTAK server that decides who may publish and watch.
   *
   * Allowed: https://, a host and perhaps a port, without user, path or query.
   *
   * Required, unless cloudtakStack is set.
   */
  readonly cloudtakUrl?: Values["cloudtakUrl"] | undefined;

  /**
   * ARN of the secret that holds CloudTAK's signing secret.
   *
   * Allowed: the whole ARN of a Secrets Manager secret, which ends in six characters that AWS adds,
   * never the secret itself.
   *
   * Required, unless cloudtakStack is set.
   */
  readonly cloudtakSigningSecretArn?: Values["cloudtakSigningSecretArn"] | undefined;

  /**
   * KMS key that encrypts this secret, where the deployer may not look it up
   * (secretsmanager:DescribeSecret).
   *
   * Allowed: the ARN of a KMS key, not of an alias.
   *
   * @default none
   */
  readonly cloudtakSigningSecretKmsKeyArn?: Values["cloudtakSigningSecretKmsKeyArn"] | undefined;

  /**
   * Whom open leases admit: strict, only clients with credentials; open-read, everyone who knows
   * their path may watch, as CloudTAK's own player does; compatible, everyone may publish too, as
   * CloudTAK itself allows.
   *
   * Allowed: strict, open-read or compatible.
   *
   * @default "strict"
   */
  readonly authMode?: Values["authMode"] | undefined;

  /**
   * Seconds after which CloudTAK is asked again about each running session; a revoked one is cut
   * within this time and 15 s.
   *
   * Allowed: an integer from 1 to 60.
   *
   * @default 30
   */
  readonly recheckIntervalSeconds?: Values["recheckIntervalSeconds"] | undefined;

  /**
   * Authorities that sign CloudTAK's certificate, when no public one does.
   *
   * Allowed: one or more PEM certificates of authorities, up to 3000 characters.
   *
   * @default none
   */
  readonly cloudtakCaCertificates?: Values["cloudtakCaCertificates"] | undefined;

  /**
   * Runs the auth function in the task's subnets, for a CloudTAK that only the VPC reaches. It
   * needs NAT gateways or endpoints.
   *
   * Allowed: true or false.
   *
   * @default false
   */
  readonly authFunctionInVpc?: Values["authFunctionInVpc"] | undefined;

  /**
   * Concurrent executions that are reserved for the auth function, and its limit; 0 = none
   * reserved, no limit of its own.
   *
   * Allowed: an integer from 0 to 1000.
   *
   * @default 0
   */
  readonly authReservedConcurrency?: Values["authReservedConcurrency"] | undefined;

  /**
   * Traces the auth function with X-Ray.
   *
   * Allowed: true or false.
   *
   * @default false
   */
  readonly authTracing?: Values["authTracing"] | undefined;

  /**
   * ARN of the secret that holds the SRT passphrase, 10 to 79 characters. Without it one with a
   * random passphrase is made, but in dev, where SRT is not encrypted then.
   *
   * Allowed: the whole ARN of a Secrets Manager secret, which ends in six characters that AWS adds,
   * never the secret itself.
   *
   * @default none
   */
  readonly srtPassphraseSecretArn?: Values["srtPassphraseSecretArn"] | undefined;

  /**
   * Version of MediaMTX's image, which is copied into the stack's repository.
   *
   * Allowed: a release x.y.z, 1.20.1 or later.
   *
   * @default "1.20.1"
   */
  readonly mediamtxVersion?: Values["mediamtxVersion"] | undefined;

  /**
   * MediaMTX image to use in place of copying that of mediamtxVersion from Docker Hub; linux/arm64.
   *
   * Allowed: an image with a digest.
   *
   * @default none
   */
  readonly mediamtxImage?: Values["mediamtxImage"] | undefined;

  /**
   * CPU units of the Fargate task, 1024 = one vCPU.
   *
   * Allowed: 256, 512, 1024, 2048, 4096, 8192 or 16384.
   *
   * @default 1024
   */
  readonly mediamtxCpu?: Values["mediamtxCpu"] | undefined;

  /**
   * Memory of the Fargate task in MiB.
   *
   * Allowed: a size in MiB that Fargate offers for the chosen mediamtxCpu.
   *
   * @default 2048
   */
  readonly mediamtxMemory?: Values["mediamtxMemory"] | undefined;

  /**
   * Disk of the task in GiB, of which recordings may take all but 4; they are gone when the task
   * ends.
   *
   * Allowed: an integer from 20 to 200.
   *
   * @default 20
   */
  readonly ephemeralStorageGib?: Values["ephemeralStorageGib"] | undefined;

  /**
   * Address range of the new VPC.
   *
   * Allowed: an IPv4 network from /16 to /24 without host bits, such as 10.0.0.0/16, outside 0/8,
   * 127/8, 169.254/16, 224/4 and 240/4.
   *
   * @default "10.0.0.0/16"
   */
  readonly vpcCidrBlock?: Values["vpcCidrBlock"] | undefined;

  /**
   * Availability zones of the new VPC. Adding one keeps what is there, taking one away replaces the
   * load balancer.
   *
   * Allowed: 1, 2 or 3.
   *
   * @default 2
   */
  readonly zones?: Values["zones"] | undefined;

  /**
   * NAT gateways of the new VPC. With None the task has a public address, with environment dev
   * only.
   *
   * Allowed: None, Single or OnePerAz.
   *
   * @default "Single"
   */
  readonly natGateways?: Values["natGateways"] | undefined;

  /**
   * Existing VPC to use in place of vpcCidrBlock, zones and natGateways; needs publicSubnetIds and
   * privateSubnetIds.
   *
   * Allowed: a VPC id, vpc- and hexadecimal digits.
   *
   * @default none
   */
  readonly vpcId?: Values["vpcId"] | undefined;

  /**
   * Subnets of the existing VPC for the load balancer, one per zone.
   *
   * Allowed: a list of up to 6 different items, each a subnet id, subnet- and hexadecimal digits.
   *
   * @default none
   */
  readonly publicSubnetIds?: Values["publicSubnetIds"] | undefined;

  /**
   * Subnets of the existing VPC for the task; they need a way to the internet.
   *
   * Allowed: a list of up to 6 different items, each a subnet id, subnet- and hexadecimal digits.
   *
   * @default none
   */
  readonly privateSubnetIds?: Values["privateSubnetIds"] | undefined;

  /**
   * Existing ECS cluster for the service, in place of one of its own.
   *
   * Allowed: the ARN of an ECS cluster.
   *
   * @default none
   */
  readonly clusterArn?: Values["clusterArn"] | undefined;

  /**
   * Policy that bounds what the roles of the stack may do.
   *
   * Allowed: the ARN of an IAM policy of the account itself, not of one that AWS manages, as those
   * bound no role to what the stack needs.
   *
   * @default none
   */
  readonly permissionsBoundaryArn?: Values["permissionsBoundaryArn"] | undefined;

  /**
   * Existing KMS key that encrypts log groups, access logs, image repository, alarms and the auth
   * function's environment, in place of keys that AWS manages. Its policy must admit the services.
   *
   * Allowed: the ARN of a KMS key, not of an alias.
   *
   * @default none
   */
  readonly kmsKeyArn?: Values["kmsKeyArn"] | undefined;

  /**
   * Tags of every resource, besides Project, Stack and Environment.
   *
   * Allowed: up to 40 tags, keys up to 128 and values up to 256 letters, digits, spaces inside and
   * _.:/=+@-; keys that differ in more than case, as IAM knows none; not Name, Project, Stack,
   * Environment, aws:... or policy-waiver:...
   *
   * @default none
   */
  readonly tags?: Values["tags"] | undefined;

  /**
   * Networks that may reach the media ports.
   *
   * Allowed: a list of up to 8 different items, each an IPv4 network from /0 to /32 without host
   * bits, such as 203.0.113.0/24.
   *
   * @default ["0.0.0.0/0"]
   */
  readonly allowedCidrs?: Values["allowedCidrs"] | undefined;

  /**
   * Networks that may reach the API port, CloudTAK's among them; none = allowedCidrs.
   *
   * Allowed: a list of up to 8 different items, each an IPv4 network from /0 to /32 without host
   * bits, such as 203.0.113.0/24.
   *
   * @default none
   */
  readonly apiAllowedCidrs?: Values["apiAllowedCidrs"] | undefined;

  /**
   * Private networks that leases may pull streams from, such as those of cameras behind a VPN;
   * every user who may make a lease reaches them. None = the internet alone.
   *
   * Allowed: a list of up to 8 different items, each a network in 10.0.0.0/8, 100.64.0.0/10,
   * 172.16.0.0/12, 192.168.0.0/16 without host bits, such as 10.20.0.0/16.
   *
   * @default none
   */
  readonly trustedSourceCidrs?: Values["trustedSourceCidrs"] | undefined;

  /**
   * Days for which CloudWatch keeps the logs.
   *
   * Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
   * 2922, 3288 or 3653.
   *
   * @default 365
   */
  readonly logRetentionDays?: Values["logRetentionDays"] | undefined;

  /**
   * Address to which alarms are sent; without it there are no alarms.
   *
   * Allowed: an e-mail address.
   *
   * @default none
   */
  readonly alarmEmail?: Values["alarmEmail"] | undefined;

  /**
   * Gateway image to use in place of building and pushing one; linux/arm64.
   *
   * Allowed: an image with a digest or a tag other than latest.
   *
   * @default none
   */
  readonly gatewayImage?: Values["gatewayImage"] | undefined;

  /**
   * Refuses to delete or replace the load balancer, its access logs, the certificate and the log
   * groups.
   *
   * Allowed: true or false.
   *
   * @default false
   */
  readonly protect?: Values["protect"] | undefined;
}
