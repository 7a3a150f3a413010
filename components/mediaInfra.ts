import { relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "../config";
import type { MediaInfraArgs } from "../config/args";
import { cloudtakOf } from "../config/cloudtak";
import { secretKmsKeyArn } from "../config/secretKey";
import { argsInAccount, argsSettings } from "../config/stack";
import { Alarms } from "./alarms";
import { builtFile, projectRoot } from "./artifact";
import { AuthFunction } from "./authFunction";
import { Certificate } from "./certificate";
import { GatewayImage } from "./gatewayImage";
import { Listeners } from "./listeners";
import { LoadBalancer } from "./loadBalancer";
import { MediamtxImage } from "./mediamtxImage";
import { MediaService } from "./mediaService";
import { Network } from "./network";
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
    this.registerOutputs({ ...outputs });
  }
}

/** The load balancer is called `<name>-load-balancer-nlb-` and 7 digits, in 32 characters. */
const maxNameLength = 6;

function checkedName(name: string): string {
  if (name.length <= maxNameLength && /^[A-Za-z0-9-]+$/.test(name)) return name;
  throw new pulumi.RunError(
    `the name of a MediaInfra is "${name}"; allowed: up to ${maxNameLength} letters, digits and hyphens, as names of ` +
      "load balancers begin with it and end at 32 characters; choose a shorter one, such as media",
  );
}

/** What depends on it is made once the promise is resolved, and never where it is rejected. */
const once = (checked: Promise<void>): pulumi.Output<pulumi.Resource[]> =>
  pulumi.output(checked.then((): pulumi.Resource[] => []));

/** Somebody else's program runs in a folder of its own. */
const fromHere = (): string => relative(process.cwd(), projectRoot);

interface Place {
  /** Name in the program of each part. */
  readonly nameOf: (part: string) => string;
  /** This package, from the working directory of the program. */
  readonly packageFolder: string;
}

/** Makes the parts from checked settings. */
export function createMediaInfra(
  settings: Settings,
  { nameOf, packageFolder }: Place,
  opts?: pulumi.ComponentResourceOptions,
): MediaInfraOutputs {
  const { names } = settings;
  // All are looked at before the first resource is made.
  const authBundle = builtFile("lambda/auth/bin/index.js");
  if (settings.gatewayImage === undefined) {
    for (const name of ["gateway", "hookProgram", "sourcesMain"]) {
      builtFile(`gateway/bin/${name}.js`);
    }
  }

  const network = new Network(nameOf("network"), settings, opts);
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
  const passphraseKeyArn =
    settings.srtPassphraseSecretArn === undefined
      ? undefined
      : secretKmsKeyArn(settings.srtPassphraseSecretArn);
  const service = new MediaService(
    nameOf("media"),
    {
      ...settings,
      srtPassphraseSecretKmsKeyArn: passphraseKeyArn,
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
  };
}
