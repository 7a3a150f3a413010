import { Alarms } from "./components/alarms";
import { builtFile } from "./components/artifact";
import { AuthFunction } from "./components/authFunction";
import { Certificate } from "./components/certificate";
import { GatewayImage } from "./components/gatewayImage";
import { Listeners } from "./components/listeners";
import { LoadBalancer } from "./components/loadBalancer";
import { MediaService } from "./components/mediaService";
import { Network } from "./components/network";
import { publicUrls } from "./components/urls";
import { cloudtakOf } from "./config/cloudtak";
import { stackSettings } from "./config/stack";

/** The whole system as one Pulumi program. Answers the outputs of the stack. */
async function program() {
  const settings = stackSettings();
  const { names } = settings;
  // Both are looked at before the first resource is made.
  const authBundle = builtFile("lambda/auth/bin/index.js");
  if (settings.gatewayImage === undefined) builtFile("gateway/bin/gateway.js");

  const network = new Network("network", settings);
  const loadBalancer = new LoadBalancer("load-balancer", {
    ...settings,
    vpcId: network.vpcId,
    subnetIds: network.publicSubnetIds,
  });
  const certificate = new Certificate("certificate", {
    ...settings,
    commonName: names.system,
    dnsName: loadBalancer.dnsName,
  });
  const listeners = new Listeners("listeners", {
    ...settings,
    vpcId: network.vpcId,
    loadBalancerArn: loadBalancer.arn,
    securityGroupId: loadBalancer.securityGroupId,
    certificateArn: certificate.arn,
  });
  const authFunction = new AuthFunction("auth", {
    ...settings,
    ...cloudtakOf(settings),
    functionName: names.authFunction,
    bundle: authBundle,
  });
  const gatewayImage = new GatewayImage("gateway", settings);
  const service = new MediaService("media", {
    ...settings,
    network,
    loadBalancerSecurityGroupId: loadBalancer.securityGroupId,
    listeners,
    gatewayImage: gatewayImage.image,
    gatewayRepositoryArn: gatewayImage.repositoryArn,
    authFunctionArn: authFunction.aliasArn,
  });
  if (settings.alarmEmail !== undefined) {
    new Alarms("alarms", {
      ...settings,
      alarmEmail: settings.alarmEmail,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      targetGroupArnSuffix: listeners.targetGroupArnSuffixes.apply(({ rtmp }) => rtmp ?? ""),
      authFunctionName: authFunction.functionName,
    });
  }

  return {
    host: loadBalancer.host,
    urls: loadBalancer.host.apply((host) => publicUrls(host, settings.enableInsecurePorts)),
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    logGroupName: service.logGroupName,
    targetGroupArns: listeners.targetGroupArns,
    certificateArn: certificate.arn,
    authFunctionName: authFunction.functionName,
  };
}

export = program;
