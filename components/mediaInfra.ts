import { relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config";
import { regionOf } from "../config/formats/arns";
import type { MediaInfraArgs } from "../config/mediaInfraArgs";
import { argsInAccount, argsSettings } from "../config/stack";
import { Alarms } from "./alarms";
import { AuthFunction } from "./auth/authFunction";
import { cloudtakOf } from "./auth/cloudtakExports";
import { secretKmsKeyArn } from "./auth/secretKey";
import { bundlePath, projectRoot } from "./bundle";
import { GatewayImage } from "./images/gatewayImage";
import { MediamtxImage } from "./images/mediamtxImage";
import { Certificate } from "./loadBalancer/certificate";
import { Listeners } from "./loadBalancer/listeners";
import { LoadBalancer } from "./loadBalancer/loadBalancer";
import { Network } from "./network/network";
import { MediaService } from "./service/mediaService";
import { SrtPassphrase } from "./service/srtPassphrase";
import { publicUrls } from "./urls";

/** What clients and operators need to know of a deployed system; the outputs of the stack. */
export interface MediaInfraOutputs {
  /** Name by which clients reach it. */
  readonly host: pulumi.Output<string>;
  /** Base URL of each public port, by its name. */
  readonly urls: pulumi.Output<Record<string, string>>;
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** Of the revision that is to run. */
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** By protocol key. */
  readonly targetGroupArns: pulumi.Output<Record<string, string>>;
  readonly certificateArn: pulumi.Output<string>;
  readonly authFunctionName: pulumi.Output<string>;
  /** Of the secret that holds the SRT passphrase; "" where SRT is not encrypted. */
  readonly srtPassphraseSecretArn: pulumi.Output<string>;
  /** Command that shows the SRT passphrase to whoever may read it; "" where SRT is not encrypted. */
  readonly srtPassphraseCommand: pulumi.Output<string>;
}

/**
 * The whole system in the program that calls it, of which there can be one per stack: names in AWS derive from the
 * stack's. Throws a RunError that lists every fault of the arguments, before the first resource is made.
 */
export function mediaInfra(args: MediaInfraArgs): MediaInfraOutputs {
  return createMediaInfra(
    argsSettings(args),
    { nameOf: (part) => part, packageFolder: fromHere() },
    { dependsOn: once(argsInAccount(args)) },
  );
}

/** As {@link mediaInfra}, with all resources below one of this name. */
export class MediaInfra extends pulumi.ComponentResource implements MediaInfraOutputs {
  readonly host: pulumi.Output<string>;
  readonly urls: pulumi.Output<Record<string, string>>;
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  readonly targetGroupArns: pulumi.Output<Record<string, string>>;
  readonly certificateArn: pulumi.Output<string>;
  readonly authFunctionName: pulumi.Output<string>;
  readonly srtPassphraseSecretArn: pulumi.Output<string>;
  readonly srtPassphraseCommand: pulumi.Output<string>;

  constructor(name: string, args: MediaInfraArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:MediaInfra", checkedName(name), {}, opts);
    const outputs = createMediaInfra(
      argsSettings(args),
      { nameOf: (part) => `${name}-${part}`, packageFolder: fromHere() },
      { parent: this, dependsOn: once(argsInAccount(args, { parent: this })) },
    );
    this.host = outputs.host;
    this.urls = outputs.urls;
    this.clusterName = outputs.clusterName;
    this.serviceName = outputs.serviceName;
    this.taskDefinitionArn = outputs.taskDefinitionArn;
    this.logGroupName = outputs.logGroupName;
    this.targetGroupArns = outputs.targetGroupArns;
    this.certificateArn = outputs.certificateArn;
    this.authFunctionName = outputs.authFunctionName;
    this.srtPassphraseSecretArn = outputs.srtPassphraseSecretArn;
    this.srtPassphraseCommand = outputs.srtPassphraseCommand;
    this.registerOutputs({ ...outputs });
  }
}

/** The load balancer is called `<name>-load-balancer-nlb-` and 7 digits, in 32 characters. */
const maxNameLength = 6;

/**
 * Names of load balancers, image repositories, buckets and security groups begin with it. None begins with a hyphen, no
 * bucket with xn-- or sthree-, no security group with sg-.
 */
const componentName = /^(?!(sg|sthree)(-|$))[a-z0-9]+(-[a-z0-9]+)*$/i;

function checkedName(name: string): string {
  if (name.length <= maxNameLength && componentName.test(name)) return name;
  throw new pulumi.RunError(
    `the name of a MediaInfra is "${name}"; allowed: up to ${maxNameLength} letters, digits and single hyphens between ` +
      "them, but not sg, sg-... or sthree, as names in AWS begin with it and those of load balancers end at 32 " +
      "characters; choose another, such as media",
  );
}

/** What depends on it is made once the promise is resolved, and never where it is rejected. */
const once = (checked: Promise<void>): pulumi.Output<pulumi.Resource[]> =>
  pulumi.output(checked.then((): pulumi.Resource[] => []));

/** Relative to the working directory, because a program that uses the package runs in another folder. */
const fromHere = (): string => relative(process.cwd(), projectRoot);

interface ResourceLocation {
  /** Name in the program of each part. */
  readonly nameOf: (part: string) => string;
  /** This package, from the working directory of the program. */
  readonly packageFolder: string;
}

/** Makes the parts from checked settings. */
export function createMediaInfra(
  settings: Settings,
  { nameOf, packageFolder }: ResourceLocation,
  opts?: pulumi.ComponentResourceOptions,
): MediaInfraOutputs {
  const { names } = settings;
  // All are looked at before the first resource is made.
  const authBundle = bundlePath("lambda/auth/bin/index.js");
  if (settings.gatewayImage === undefined) {
    for (const name of ["gateway", "authHookMain", "sourcesMain"]) {
      bundlePath(`gateway/bin/${name}.js`);
    }
  }

  const network = new Network(nameOf("network"), { ...settings, rolePath: names.rolePath }, opts);
  const loadBalancer = new LoadBalancer(
    nameOf("load-balancer"),
    { ...settings, vpcId: network.vpcId, subnetIds: network.publicSubnetIds },
    opts,
  );
  const certificate = new Certificate(
    nameOf("certificate"),
    { ...settings, commonName: names.system, dnsName: loadBalancer.dnsName },
    opts,
  );
  const listeners = new Listeners(
    nameOf("listeners"),
    {
      ...settings,
      vpcId: network.vpcId,
      loadBalancerArn: loadBalancer.arn,
      securityGroupId: loadBalancer.securityGroupId,
      certificateArn: certificate.arn,
    },
    opts,
  );
  const authFunction = new AuthFunction(
    nameOf("auth"),
    {
      ...settings,
      ...cloudtakOf(settings),
      functionName: names.authFunction,
      rolePath: names.rolePath,
      vpc: settings.authFunctionInVpc
        ? {
            vpcId: network.vpcId,
            subnetIds: network.taskSubnetIds,
            // CloudTAK's stack exports URLs without a port.
            cloudtakPort: Number(new URL(settings.cloudtakUrl ?? "https://cloudtak").port || 443),
          }
        : undefined,
      bundle: authBundle,
    },
    opts,
  );
  const gatewayImage = new GatewayImage(nameOf("gateway"), { ...settings, packageFolder }, opts);
  const mediamtx = new MediamtxImage(nameOf("mediamtx"), { ...settings, packageFolder }, opts);
  const passphrase = passphraseOf(settings, nameOf("srt-passphrase"), opts);
  const service = new MediaService(
    nameOf("media"),
    {
      ...settings,
      srtPassphraseSecretArn: passphrase?.secretArn,
      srtPassphraseSecretKmsKeyArn: passphrase?.kmsKeyArn,
      network,
      loadBalancerSecurityGroupId: loadBalancer.securityGroupId,
      listeners,
      gatewayImage: gatewayImage.image,
      gatewayRepositoryArn: gatewayImage.repositoryArn,
      mediamtxImage: mediamtx.image,
      mediamtxRepositoryArn: mediamtx.repositoryArn,
      authFunctionArn: authFunction.aliasArn,
    },
    opts,
  );
  if (settings.alarmEmail !== undefined) {
    new Alarms(
      nameOf("alarms"),
      {
        ...settings,
        alarmEmail: settings.alarmEmail,
        loadBalancerArnSuffix: loadBalancer.arnSuffix,
        targetGroupArnSuffix: listeners.targetGroupArnSuffixes.apply(({ rtmp }) => rtmp ?? ""),
        authFunctionName: authFunction.functionName,
        service,
      },
      opts,
    );
  }

  return {
    host: loadBalancer.host,
    urls: loadBalancer.host.apply((host) => publicUrls(host, settings.enableInsecurePorts)),
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    taskDefinitionArn: service.taskDefinitionArn,
    logGroupName: service.logGroupName,
    targetGroupArns: listeners.targetGroupArns,
    certificateArn: certificate.arn,
    authFunctionName: authFunction.functionName,
    srtPassphraseSecretArn: pulumi.output(passphrase?.secretArn ?? ""),
    srtPassphraseCommand: pulumi.output(passphrase?.secretArn).apply(readCommand),
  };
}

interface Passphrase {
  readonly secretArn: pulumi.Output<string>;
  readonly kmsKeyArn: pulumi.Input<string | undefined>;
}

/** The secret that is configured, else one with a random value; none in dev, whose SRT need not be encrypted. */
function passphraseOf(
  { srtPassphraseSecretArn, environment, names, kmsKeyArn, tags }: Settings,
  name: string,
  opts?: pulumi.ComponentResourceOptions,
): Passphrase | undefined {
  if (srtPassphraseSecretArn !== undefined) {
    const secretArn = pulumi.output(srtPassphraseSecretArn);
    return { secretArn, kmsKeyArn: secretKmsKeyArn(secretArn) };
  }
  if (environment === "dev") return undefined;
  const { secretArn } = new SrtPassphrase(
    name,
    { systemName: names.system, kmsKeyArn, tags },
    opts,
  );
  return { secretArn, kmsKeyArn };
}

const readCommand = (secretArn: string | undefined): string =>
  secretArn === undefined
    ? ""
    : `aws secretsmanager get-secret-value --region ${regionOf(secretArn)} --secret-id ${secretArn} --query SecretString --output text`;
