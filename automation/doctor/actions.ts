import { domainOf, type Settings } from "../../config";

/** Actions that a deployment needs on resources of one kind. */
export interface Permission {
  readonly service: string;
  readonly actions: readonly string[];
  /** An ARN of the kind that the stack makes; "*" for actions that know no resources. */
  readonly resource: string;
}

interface Place {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

interface Row {
  readonly service: string;
  /** Names of actions without the service, separated by white space. */
  readonly actions: string;
  readonly resource: (
    settings: Settings,
    arn: (service: string, resource: string) => string,
  ) => string;
  /** Left out: always. */
  readonly neededFor?: (settings: Settings) => boolean;
}

const isNewNetwork = ({ network }: Settings) => network.kind === "new";
const pushesImage = ({ gatewayImage, mediamtxImage }: Settings) =>
  gatewayImage === undefined || mediamtxImage === undefined;
const hasAlarms = ({ alarmEmail }: Settings) => alarmEmail !== undefined;
const anywhere = () => "*";

/** The digits that Pulumi appends to names are any. */
const rows: readonly Row[] = [
  {
    service: "ec2",
    actions: `CreateVpc DeleteVpc ModifyVpcAttribute CreateSubnet DeleteSubnet CreateInternetGateway
      AttachInternetGateway CreateRouteTable CreateRoute AssociateRouteTable AllocateAddress CreateNatGateway
      CreateFlowLogs`,
    resource: anywhere,
    neededFor: isNewNetwork,
  },
  {
    service: "ec2",
    actions: `CreateSecurityGroup DeleteSecurityGroup AuthorizeSecurityGroupIngress
      AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress RevokeSecurityGroupEgress
      CreateManagedPrefixList CreateTags DescribeVpcs DescribeSubnets DescribeAvailabilityZones`,
    resource: anywhere,
  },
  {
    service: "elasticloadbalancing",
    actions: `CreateLoadBalancer DeleteLoadBalancer ModifyLoadBalancerAttributes CreateTargetGroup
      DeleteTargetGroup ModifyTargetGroupAttributes CreateListener DeleteListener AddTags
      DescribeLoadBalancers DescribeTargetHealth`,
    resource: anywhere,
  },
  {
    service: "ecs",
    actions: "CreateService UpdateService DeleteService DescribeServices ListServiceDeployments",
    resource: ({ names }, arn) => arn("ecs", `service/${names.cluster}/${names.service}`),
  },
  {
    // How a deployment has ended, which the provider waits for.
    service: "ecs",
    actions: "DescribeServiceDeployments",
    resource: ({ names }, arn) =>
      arn("ecs", `service-deployment/${names.cluster}/${names.service}/1234567890`),
  },
  {
    service: "ecs",
    actions: "CreateCluster DeleteCluster",
    resource: ({ names }, arn) => arn("ecs", `cluster/${names.cluster}`),
    neededFor: ({ clusterArn }) => clusterArn === undefined,
  },
  {
    service: "ecs",
    actions: "RegisterTaskDefinition DeregisterTaskDefinition",
    resource: anywhere,
  },
  {
    service: "ecr",
    actions: `CreateRepository DeleteRepository PutLifecyclePolicy InitiateLayerUpload UploadLayerPart
      CompleteLayerUpload BatchCheckLayerAvailability PutImage`,
    resource: (_settings, arn) => arn("ecr", "repository/gateway-repository-1234567"),
    neededFor: pushesImage,
  },
  {
    service: "ecr",
    actions: "GetAuthorizationToken",
    resource: anywhere,
    neededFor: pushesImage,
  },
  {
    service: "iam",
    actions: "CreateRole DeleteRole PutRolePolicy DeleteRolePolicy GetRole PassRole TagRole",
    resource: (_settings, arn) => arn("iam", "role/auth-role-1234567"),
  },
  {
    service: "lambda",
    actions: `CreateFunction DeleteFunction UpdateFunctionCode UpdateFunctionConfiguration PublishVersion
      CreateAlias UpdateAlias GetFunction`,
    resource: ({ names }, arn) => arn("lambda", `function:${names.authFunction}`),
  },
  {
    service: "logs",
    actions: "CreateLogGroup DeleteLogGroup PutRetentionPolicy",
    resource: ({ names }, arn) => arn("logs", `log-group:${names.logGroup}`),
  },
  {
    service: "s3",
    actions: `CreateBucket DeleteBucket PutBucketPolicy PutLifecycleConfiguration PutEncryptionConfiguration
      PutBucketPublicAccessBlock`,
    resource: (_settings, arn) => arn("s3", "load-balancer-access-logs-bucket-1234567"),
  },
  {
    service: "acm",
    actions: "RequestCertificate DescribeCertificate DeleteCertificate",
    resource: anywhere,
    neededFor: ({ certificate }) => certificate.kind === "requested",
  },
  {
    service: "acm",
    actions: "ImportCertificate DescribeCertificate DeleteCertificate",
    resource: anywhere,
    neededFor: ({ certificate }) => certificate.kind === "self-signed",
  },
  {
    service: "route53",
    actions: "ListHostedZones GetChange",
    resource: anywhere,
    neededFor: ({ certificate }) => domainOf(certificate) !== undefined,
  },
  {
    service: "secretsmanager",
    actions: "DescribeSecret",
    resource: ({ cloudtakSigningSecretArn }) => cloudtakSigningSecretArn ?? "*",
  },
  {
    service: "cloudformation",
    actions: "ListExports",
    resource: anywhere,
    neededFor: ({ cloudtakStack }) => cloudtakStack !== undefined,
  },
  {
    service: "sns",
    actions: "CreateTopic DeleteTopic SetTopicAttributes Subscribe",
    resource: (_settings, arn) => arn("sns", "alarms-topic-1234567"),
    neededFor: hasAlarms,
  },
  {
    service: "cloudwatch",
    actions: "PutMetricAlarm DeleteAlarms",
    resource: (_settings, arn) => arn("cloudwatch", "alarm:alarms-no-healthy-task-1234567"),
    neededFor: hasAlarms,
  },
];

const global = ["iam", "s3"];

/** The permissions that the deployer of a stack needs. */
export function permissionsOf(
  settings: Settings,
  { account, region, partition }: Place,
): Permission[] {
  const arn = (service: string, resource: string) => {
    const owner = service === "s3" ? "" : account;
    return `arn:${partition}:${service}:${global.includes(service) ? "" : region}:${owner}:${resource}`;
  };
  return rows
    .filter(({ neededFor = () => true }) => neededFor(settings))
    .map(({ service, actions, resource }) => ({
      service,
      actions: actions
        .trim()
        .split(/\s+/)
        .map((name) => `${service}:${name}`),
      resource: resource(settings, arn),
    }));
}
