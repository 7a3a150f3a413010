/** For every resource type that opens ports: properties that open one port, given as a program may give it. */
export const opens: Record<string, (port: unknown) => object> = {
  ...everyModule(["lb", "alb", "elasticloadbalancingv2", "applicationloadbalancing"], {
    "listener:Listener": (port) => ({ port, protocol: "TCP", loadBalancerArn: "arn" }),
    "targetGroup:TargetGroup": (port) => ({ port, protocol: "TCP", targetType: "ip" }),
    "targetGroupAttachment:TargetGroupAttachment": (port) => ({ port, targetId: "10.0.0.1" }),
  }),
  ...everyModule(["elb", "elasticloadbalancing"], {
    "loadBalancer:LoadBalancer": (port) => ({
      listeners: [
        { lbPort: 443, lbProtocol: "ssl", instancePort: 80, instanceProtocol: "tcp" },
        { lbPort: port, lbProtocol: "tcp", instancePort: 80, instanceProtocol: "tcp" },
      ],
    }),
  }),
  "aws:ec2/securityGroup:SecurityGroup": (port) => ({ ingress: [rule(443), rule(port)] }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (port) => ({ ingress: [rule(port)] }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": (port) => ({ type: "ingress", ...rule(port) }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (port) => ({
    fromPort: port,
    toPort: port,
    ipProtocol: "tcp",
    cidrIpv4: "10.0.0.0/8",
  }),
  "aws:globalaccelerator/listener:Listener": (port) => ({
    protocol: "TCP",
    portRanges: [{ fromPort: port, toPort: port }],
  }),
  "aws:globalaccelerator/customRoutingListener:CustomRoutingListener": (port) => ({
    portRanges: [{ fromPort: port, toPort: port }],
  }),
  "aws:globalaccelerator/endpointGroup:EndpointGroup": (port) => ({
    portOverrides: [{ listenerPort: 443, endpointPort: port }],
  }),
  "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup": (port) => ({
    destinationConfigurations: [{ fromPort: port, toPort: port, protocols: ["UDP", "TCP"] }],
  }),
  "aws:vpclattice/listener:Listener": (port) => ({ port, protocol: "TLS_PASSTHROUGH" }),
  "aws:vpclattice/targetGroup:TargetGroup": (port) => ({ config: { port, protocol: "TCP" } }),
  "aws:vpclattice/targetGroupAttachment:TargetGroupAttachment": (port) => ({
    target: { id: "i-1", port },
  }),
  "aws:vpclattice/resourceConfiguration:ResourceConfiguration": (port) => ({
    protocol: "TCP",
    portRanges: ["443", port],
  }),
  "aws:verifiedaccess/endpoint:Endpoint": (port) => ({
    networkInterfaceOptions: { port, protocol: "tcp", networkInterfaceId: "eni-1" },
  }),
  "aws:appmesh/virtualGateway:VirtualGateway": meshListener,
  "aws:appmesh/virtualNode:VirtualNode": meshListener,
  "aws:appmesh/virtualRouter:VirtualRouter": meshListener,
  "aws:ecs/service:Service": (port) => ({
    loadBalancers: [{ containerName: "media", containerPort: port }],
  }),
  "aws:ecs/taskSet:TaskSet": (port) => ({
    loadBalancers: [{ containerName: "media", containerPort: port }],
  }),
  "aws:ecs/expressGatewayService:ExpressGatewayService": (port) => ({
    primaryContainer: { image: "media", containerPort: port },
  }),
  "aws:lightsail/instancePublicPorts:InstancePublicPorts": (port) => ({ portInfos: [rule(port)] }),
  "aws:lightsail/lb:Lb": (port) => ({ instancePort: port }),
  "aws:lightsail/containerServiceDeploymentVersion:ContainerServiceDeploymentVersion": (port) => ({
    containers: [{ containerName: "media", ports: { 443: "HTTPS" } }],
    publicEndpoint: { containerName: "media", containerPort: port },
  }),
  "aws:gamelift/fleet:Fleet": (port) => ({ ec2InboundPermissions: [rule(port)] }),
  "aws:elasticbeanstalk/environment:Environment": beanstalkProcess,
  "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate": beanstalkProcess,
};

/** A rule of a firewall for one port. */
export function rule(port: unknown, protocol: unknown = "tcp"): object {
  return { fromPort: port, toPort: port, protocol, cidrBlocks: ["10.0.0.0/8"] };
}

function meshListener(port: unknown): object {
  return { spec: { listeners: [{ portMapping: { port, protocol: "tcp" } }] } };
}

function beanstalkProcess(port: unknown): object {
  return {
    settings: [
      { namespace: "aws:elasticbeanstalk:environment:process:media", name: "Port", value: port },
    ],
  };
}

function everyModule(
  modules: string[],
  resources: Record<string, (port: unknown) => object>,
): Record<string, (port: unknown) => object> {
  return Object.fromEntries(
    modules.flatMap((module) =>
      Object.entries(resources).map(([resource, props]) => [`aws:${module}/${resource}`, props]),
    ),
  );
}

/** For every resource type that takes ranges: properties that open `from` to `to`. */
export const opensRange: Record<string, (from: unknown, to: unknown) => object> = {
  "aws:ec2/securityGroup:SecurityGroup": (from, to) => ({ ingress: [ranged(from, to)] }),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (from, to) => ({
    ingress: [ranged(from, to)],
  }),
  "aws:ec2/securityGroupRule:SecurityGroupRule": (from, to) => ({
    type: "ingress",
    ...ranged(from, to),
  }),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (from, to) => ({
    fromPort: from,
    toPort: to,
    ipProtocol: "tcp",
  }),
  "aws:globalaccelerator/listener:Listener": (from, to) => ({
    protocol: "TCP",
    portRanges: [{ fromPort: from, toPort: to }],
  }),
  "aws:globalaccelerator/customRoutingListener:CustomRoutingListener": (from, to) => ({
    portRanges: [{ fromPort: from, toPort: to }],
  }),
  "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup": (from, to) => ({
    destinationConfigurations: [{ fromPort: from, toPort: to, protocols: ["TCP"] }],
  }),
  "aws:vpclattice/resourceConfiguration:ResourceConfiguration": (from, to) => ({
    portRanges: [`${from}-${to}`],
  }),
  "aws:verifiedaccess/endpoint:Endpoint": (from, to) => ({
    cidrOptions: { cidr: "10.0.0.0/8", protocol: "tcp", portRanges: [ranged(from, to)] },
  }),
  "aws:lightsail/instancePublicPorts:InstancePublicPorts": (from, to) => ({
    portInfos: [ranged(from, to)],
  }),
  "aws:gamelift/fleet:Fleet": (from, to) => ({ ec2InboundPermissions: [ranged(from, to)] }),
};

function ranged(from: unknown, to: unknown): object {
  return { fromPort: from, toPort: to, protocol: "tcp" };
}
