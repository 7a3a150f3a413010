import type { Property } from "../kit/property";
import { firewallRules, type PortExposure, single } from "./portExposure";
import type { ExposureTable } from "./table";

/** Tasks are registered under this port, whatever the target group says. */
const containerPorts = (service: Property): PortExposure[] =>
  service
    .get("loadBalancers")
    .items()
    .flatMap((loadBalancer) => single("target", loadBalancer.get("containerPort")));

/** Service Connect: the port that the service's proxy takes, and those that its clients call. */
const serviceConnectPorts = (service: Property): PortExposure[] =>
  service
    .get("serviceConnectConfiguration")
    .get("services")
    .items()
    .flatMap((entry) => [
      entry.get("ingressPortOverride"),
      ...entry
        .get("clientAlias")
        .items()
        .map((alias) => alias.get("port")),
    ])
    .flatMap((port) => single("Service Connect proxy", port));

/** `ports` is a map from port to protocol. */
const lightsailContainers = (deployment: Property): PortExposure[] => [
  ...deployment
    .get("containers")
    .items()
    .flatMap((container) => container.get("ports").entries())
    .flatMap(({ key, value }) => single("container", key, value)),
  ...single("public endpoint", deployment.get("publicEndpoint").get("containerPort")),
];

/**
 * Elastic Beanstalk has settings instead of properties: a listener's port stands in the namespace, the
 * port of the instances behind it in the setting `InstancePort` or in `Port` of a process.
 */
const beanstalkSettings = (environment: Property): PortExposure[] =>
  environment
    .get("settings")
    .items()
    .flatMap((setting) => {
      const namespace = setting.get("namespace");
      const listenerPort = namespace.map(
        (text) => /^aws:elb(?:v2)?:listener:(\d+)$/.exec(text)?.[1],
      );
      const named = `${namespace.text()}/${setting.get("name").text()}`;
      const isTarget = /^aws:elb:listener(:\d+)?\/InstancePort$|:process:[^/]+\/Port$/.test(named);
      return [
        ...single("listener", listenerPort),
        ...(isTarget ? single("target", setting.get("value")) : []),
      ];
    });

/** A MediaLive input of this type is an RTMP server on port 1935. */
const mediaLiveInput = (input: Property): PortExposure[] =>
  single(
    "RTMP push input",
    input.get("type").map((type) => (type === "RTMP_PUSH" ? 1935 : undefined)),
  );

export const applications: ExposureTable = {
  "aws:ecs/service:Service": (service) => [
    ...containerPorts(service),
    ...serviceConnectPorts(service),
  ],
  "aws:ecs/taskSet:TaskSet": containerPorts,
  "aws:ecs/expressGatewayService:ExpressGatewayService": (service) =>
    single("target", service.get("primaryContainer").get("containerPort")),
  "aws:lightsail/instancePublicPorts:InstancePublicPorts": firewallRules("portInfos"),
  "aws:lightsail/lb:Lb": (loadBalancer) => single("target", loadBalancer.get("instancePort")),
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion":
    lightsailContainers,
  "aws:gamelift/fleet:Fleet": firewallRules("ec2InboundPermissions"),
  "aws:elasticbeanstalk/environment:Environment": beanstalkSettings,
  "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate": beanstalkSettings,
  "aws:medialive/input:Input": mediaLiveInput,
};
