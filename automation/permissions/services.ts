import type { Settings } from "../../config";
import type { Condition } from "./condition";
import {
  type Grant,
  logGroupNames,
  passRoles,
  pushesImages,
  type Rows,
  repositoryNames,
  roleNames,
  withinStack,
} from "./row";

const onRoles = (property: string, actions: Grant["actions"]): Grant => ({
  service: "iam",
  actions,
  on: [`role/{${property}}`],
  names: (settings) => Object.values(roleNames(settings)),
});

/**
 * Changes of the roles. With a boundary, those of roles without it are refused, and nobody who may do this can take the
 * boundary off. IAM knows the role's boundary in each of these calls, in some since 2025, so that older copies of its
 * reference do not say so. PutRolePermissionsBoundary is the exception: IAM compares the boundary that the call gives,
 * so it can put any role under the stack's path under its boundary, after which the other calls change that role too.
 */
const boundedRoles = (property: string, actions: Grant["actions"]): Grant => ({
  ...onRoles(property, actions),
  condition: ({ permissionsBoundaryArn }): Condition =>
    permissionsBoundaryArn === undefined
      ? {}
      : { StringEquals: { "iam:PermissionsBoundary": permissionsBoundaryArn } },
});

/** With the cluster, which may be another's. */
const serviceNames = ({ names, clusterArn }: Settings) => [
  `${clusterArn?.split("/").at(-1) ?? names.cluster}/${names.service}`,
];

const repositories = (actions: Grant["actions"], property: string): Grant => ({
  service: "ecr",
  actions,
  on: [`repository/{${property}}`],
  names: repositoryNames,
});

const logGroups = (actions: Grant["actions"]): Grant => ({
  service: "logs",
  actions,
  on: ["log-group:{name}", "log-group:{name}:*"],
  names: (settings) => Object.values(logGroupNames(settings)),
});

const onFunction = (actions: Grant["actions"], property: string): Grant => ({
  service: "lambda",
  actions,
  on: [`function:{${property}}`, `function:{${property}}:*`],
  names: ({ names }) => [names.authFunction],
});

/** Changes what carries the stack's tags. */
const balancing = (on: string, actions: Grant["actions"]): Grant => ({
  service: "elasticloadbalancing",
  actions,
  on: [on],
  tags: "carried",
});

/** Makes a load balancer or a target group with the stack's tags. */
const makesBalancing = (create: string, on: string): Grant => ({
  service: "elasticloadbalancing",
  actions: { create },
  on: [on],
  tags: "given",
});

/** Tags what an action makes, and changes the tags later. */
const tagsBalancing = (createAction: string, on: string): Grant[] => [
  {
    service: "elasticloadbalancing",
    actions: { create: "AddTags" },
    on: [on],
    condition: () => ({ StringEquals: { "elasticloadbalancing:CreateAction": createAction } }),
    createAction,
  },
  balancing(on, { update: "AddTags RemoveTags" }),
];

const loadBalancer = "loadbalancer/net/load-balancer-nlb-*";
const listener = "listener/net/load-balancer-nlb-*";
const targetGroup = "targetgroup/listeners-*";

/** What runs and serves: roles, cluster, task, images, auth function, load balancer, logs. */
export const services: Rows = {
  "aws:iam/role:Role": {
    grants: [
      boundedRoles("name", {
        create: "CreateRole",
        update: "UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy",
        delete: "DeleteRole",
      }),
      {
        ...boundedRoles("name", { update: "PutRolePermissionsBoundary" }),
        neededFor: ({ permissionsBoundaryArn }) => permissionsBoundaryArn !== undefined,
      },
      onRoles("name", {
        create: "TagRole",
        read: "GetRole ListRolePolicies ListAttachedRolePolicies GetRolePolicy",
        update: "UntagRole",
        delete: "ListInstanceProfilesForRole",
      }),
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    grants: [
      boundedRoles("role", {
        create: "PutRolePolicy",
        update: "PutRolePolicy",
        delete: "DeleteRolePolicy",
      }),
      onRoles("role", { read: "GetRolePolicy" }),
    ],
  },
  "aws:ecs/cluster:Cluster": {
    neededFor: ({ clusterArn }) => clusterArn === undefined,
    grants: [
      {
        service: "ecs",
        actions: {
          create: "CreateCluster TagResource",
          read: "DescribeClusters",
          update: "UpdateCluster UntagResource",
          delete: "DeleteCluster",
        },
        on: ["cluster/{name}"],
        names: ({ names }) => [names.cluster],
      },
    ],
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    grants: [
      {
        service: "ecs",
        actions: { create: "RegisterTaskDefinition TagResource" },
        on: ["task-definition/{family}:*"],
        names: ({ names }) => [names.service],
      },
      {
        service: "ecs",
        actions: { read: "DescribeTaskDefinition", delete: "DeregisterTaskDefinition" },
      },
      ...passRoles("ecs-tasks.amazonaws.com", {
        executionRoleArn: "taskExecution",
        taskRoleArn: "task",
      }),
    ],
  },
  "aws:ecs/service:Service": {
    grants: [
      {
        service: "ecs",
        actions: {
          create: "CreateService TagResource",
          read: "DescribeServices ListServiceDeployments",
          update: "UpdateService UntagResource",
          delete: "DeleteService",
        },
        on: ["service/{name}"],
        names: serviceNames,
      },
      {
        service: "ecs",
        actions: { read: "DescribeServiceDeployments" },
        on: ["service/{name}", "service-deployment/{name}/*"],
        names: serviceNames,
      },
    ],
  },
  "aws:ecr/repository:Repository": {
    neededFor: pushesImages,
    grants: [
      repositories(
        { create: "CreateRepository", read: "DescribeRepositories ListTagsForResource" },
        "name",
      ),
      ...withinStack((actions) => repositories(actions, "name"), {
        update: "PutImageTagMutability PutImageScanningConfiguration",
        delete: "DeleteRepository",
      }),
    ],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    neededFor: pushesImages,
    grants: [
      repositories(
        {
          create: "PutLifecyclePolicy",
          read: "GetLifecyclePolicy",
          update: "PutLifecyclePolicy",
          delete: "DeleteLifecyclePolicy",
        },
        "repository",
      ),
    ],
  },
  // The builder pushes with the deployer's login, over which the provider of images has no say.
  "docker-build:index:Image": {
    neededFor: pushesImages,
    grants: [
      repositories(
        {
          create: `InitiateLayerUpload UploadLayerPart CompleteLayerUpload BatchCheckLayerAvailability PutImage
            BatchGetImage GetDownloadUrlForLayer`,
        },
        "*",
      ),
    ],
  },
  "aws:lambda/function:Function": {
    grants: [
      onFunction(
        {
          create: "CreateFunction PublishVersion TagResource PutFunctionConcurrency",
          read: `GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction
            ListTags`,
          update: `UpdateFunctionCode UpdateFunctionConfiguration PublishVersion UntagResource
            DeleteFunctionConcurrency`,
          delete: "DeleteFunction",
        },
        "name",
      ),
      ...passRoles("lambda.amazonaws.com", { role: "auth" }),
      {
        service: "ec2",
        actions: { create: "DescribeVpcs DescribeSubnets DescribeSecurityGroups" },
        neededFor: ({ authFunctionInVpc }) => authFunctionInVpc,
      },
    ],
  },
  "aws:lambda/alias:Alias": {
    grants: [
      onFunction(
        { create: "CreateAlias", read: "GetAlias", update: "UpdateAlias", delete: "DeleteAlias" },
        "functionName",
      ),
    ],
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    grants: [
      makesBalancing("CreateLoadBalancer", loadBalancer),
      ...tagsBalancing("CreateLoadBalancer", loadBalancer),
      balancing(loadBalancer, {
        create: "ModifyLoadBalancerAttributes",
        update: "ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets SetIpAddressType",
        delete: "DeleteLoadBalancer",
      }),
      {
        service: "elasticloadbalancing",
        actions: {
          read: `DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeTags
            DescribeCapacityReservation`,
        },
      },
      {
        service: "ec2",
        actions: {
          create: `DescribeAccountAttributes DescribeAddresses DescribeInternetGateways
            DescribeSecurityGroups DescribeSubnets DescribeVpcs`,
          delete: "DescribeNetworkInterfaces",
        },
      },
    ],
  },
  "aws:lb/targetGroup:TargetGroup": {
    grants: [
      makesBalancing("CreateTargetGroup", targetGroup),
      ...tagsBalancing("CreateTargetGroup", targetGroup),
      balancing(targetGroup, {
        create: "ModifyTargetGroupAttributes",
        update: "ModifyTargetGroup ModifyTargetGroupAttributes",
        delete: "DeleteTargetGroup",
      }),
      {
        service: "elasticloadbalancing",
        actions: { read: "DescribeTargetGroups DescribeTargetGroupAttributes DescribeTags" },
      },
      { service: "ec2", actions: { create: "DescribeVpcs DescribeInternetGateways" } },
    ],
  },
  "aws:lb/listener:Listener": {
    grants: [
      {
        ...balancing("loadbalancer/net/{loadBalancerArn}", { create: "CreateListener" }),
        names: () => ["load-balancer-nlb-*"],
      },
      ...tagsBalancing("CreateListener", listener),
      balancing(listener, {
        create: "ModifyListenerAttributes",
        update: "ModifyListener ModifyListenerAttributes",
        delete: "DeleteListener",
      }),
      {
        service: "elasticloadbalancing",
        actions: { read: "DescribeListeners DescribeListenerAttributes DescribeTags" },
      },
    ],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    grants: [
      logGroups({
        create: "CreateLogGroup PutRetentionPolicy AssociateKmsKey",
        read: "ListTagsForResource",
      }),
      ...withinStack(logGroups, {
        update: "DeleteRetentionPolicy DisassociateKmsKey",
        delete: "DeleteLogGroup",
      }),
      { service: "logs", actions: { read: "DescribeLogGroups" } },
    ],
  },
};
