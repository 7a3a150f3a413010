import type { Properties } from "../../../local/providers/engine/wire";
import type { Deployed, Provider } from "./client";

export const tokens = {
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  internetGateway: "aws:ec2/internetGateway:InternetGateway",
  routeTable: "aws:ec2/routeTable:RouteTable",
  route: "aws:ec2/route:Route",
  association: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  eip: "aws:ec2/eip:Eip",
  natGateway: "aws:ec2/natGateway:NatGateway",
  flowLog: "aws:ec2/flowLog:FlowLog",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  defaultSecurityGroup: "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  prefixList: "aws:ec2/managedPrefixList:ManagedPrefixList",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  certificate: "aws:acm/certificate:Certificate",
  validation: "aws:acm/certificateValidation:CertificateValidation",
  record: "aws:route53/record:Record",
  cluster: "aws:ecs/cluster:Cluster",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  repository: "aws:ecr/repository:Repository",
  lifecyclePolicy: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  attachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  function: "aws:lambda/function:Function",
  alias: "aws:lambda/alias:Alias",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  bucket: "aws:s3/bucket:Bucket",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  key: "aws:kms/key:Key",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  topic: "aws:sns/topic:Topic",
  subscription: "aws:sns/topicSubscription:TopicSubscription",
} as const;

export const trustPolicy = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: service } }],
  });

export const permissions = (resource = "*") =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["logs:PutLogEvents"], Resource: resource }],
  });

/** An archive as the engine sends it. */
export const archive = (hash: string): Properties => ({
  "4dabf18193072939515e22adb298388d": "0def7320c3a5731c473e5ecbe6d01bc7",
  hash,
  path: "lambda",
});

export const container = (change: Properties = {}): Properties => ({
  name: "app",
  image: "app:1",
  portMappings: [{ containerPort: 18888 }],
  ...change,
});

/** Good inputs of resources that depend on nothing; a test changes one thing. */
export const good = {
  vpc: { cidrBlock: "10.0.0.0/16" },
  targetGroup: {
    port: 18888,
    protocol: "TCP",
    targetType: "ip",
    vpcId: "vpc-0123456789abcdef0",
  },
  udpGroup: {
    port: 18890,
    protocol: "UDP",
    targetType: "ip",
    vpcId: "vpc-0123456789abcdef0",
    healthCheck: { protocol: "TCP", port: "19990" },
  },
  loadBalancer: { loadBalancerType: "network", subnets: ["subnet-0123456789abcdef0"] },
  taskDefinition: (change: Properties = {}, ...containers: Properties[]): Properties => ({
    family: "app",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: JSON.stringify(containers.length > 0 ? containers : [container()]),
    ...change,
  }),
  function: (role: string, change: Properties = {}): Properties => ({
    role,
    code: archive("1"),
    runtime: "nodejs24.x",
    handler: "index.handler",
    ...change,
  }),
};

export const listenerOn = (
  balancer: Deployed,
  group: Deployed,
  change: Properties = {},
): Properties => ({
  loadBalancerArn: balancer.outputs.arn,
  port: 8888,
  protocol: "TCP",
  defaultActions: [{ type: "forward", targetGroupArn: group.outputs.arn }],
  ...change,
});

export const serviceOf = (
  cluster: Deployed,
  task: Deployed,
  groups: readonly Deployed[],
  change: Properties = {},
): Properties => ({
  cluster: cluster.outputs.arn,
  taskDefinition: task.outputs.arn,
  launchType: "FARGATE",
  networkConfiguration: { subnets: ["subnet-0123456789abcdef0"] },
  loadBalancers: groups.map((group) => ({
    targetGroupArn: group.outputs.arn,
    containerName: "app",
    containerPort: 18888,
  })),
  ...change,
});

/** Load balancer, group, listener, cluster and task definition: everything that a service needs. */
export async function serviceParts(provider: Provider) {
  const balancer = await provider.deploy(tokens.loadBalancer, "lb", good.loadBalancer);
  const group = await provider.deploy(tokens.targetGroup, "hls", good.targetGroup);
  const listener = await provider.deploy(tokens.listener, "hls", listenerOn(balancer, group));
  const cluster = await provider.deploy(tokens.cluster, "app", { name: "app" });
  const task = await provider.deploy(tokens.taskDefinition, "app", good.taskDefinition());
  return { balancer, group, listener, cluster, task };
}
