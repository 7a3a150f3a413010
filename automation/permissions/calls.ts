import { domainOf, type Settings } from "../../config";
import type { Condition } from "./condition";
import {
  type Grant,
  isNewNetwork,
  makesPassphrase,
  type Place,
  pushesImages,
  type Rows,
} from "./row";

/** One that CloudTAK's stack exports is not known here. */
const givenSecrets = ({ cloudtakSigningSecretArn, srtPassphraseSecretArn }: Settings): string[] =>
  cloudtakSigningSecretArn === undefined
    ? []
    : [cloudtakSigningSecretArn, srtPassphraseSecretArn].filter((arn) => arn !== undefined);

const serviceLinkedRole = (service: string, name: string): Grant => ({
  service: "iam",
  actions: { create: "CreateServiceLinkedRole" },
  on: [`role/aws-service-role/${service}/${name}`],
  condition: () => ({ StringEquals: { "iam:AWSServiceName": service } }),
});

const reads = (service: string, read: string): Grant => ({ service, actions: { read } });

const onGivenKey = (create: string): Grant => ({
  service: "kms",
  actions: { create },
  on: ["key/{*}"],
  arns: ({ kmsKeyArn = "" }) => [kmsKeyArn],
});

/** Services that use the key in the deployer's name when it hands them what is to be encrypted with it. */
const throughServices = (_settings: Settings, { region }: Place): Condition => ({
  // The end differs between AWS's partitions.
  StringLike: {
    "kms:ViaService": ["ecr", "lambda", "secretsmanager"].map((name) => `${name}.${region}.*`),
  },
});

/** What the program asks, and what a deployment calls beside its resources. */
export const calls: Rows = {
  "aws:index/getCallerIdentity:getCallerIdentity": { grants: [] },
  "aws:index/getPartition:getPartition": { grants: [] },
  "aws:index/getRegion:getRegion": { grants: [] },
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    neededFor: isNewNetwork,
    grants: [reads("ec2", "DescribeAvailabilityZones")],
  },
  "aws:index/getAvailabilityZone:getAvailabilityZone": {
    neededFor: (settings) => !isNewNetwork(settings),
    grants: [reads("ec2", "DescribeAvailabilityZones")],
  },
  "aws:ec2/getSubnet:getSubnet": {
    neededFor: (settings) => !isNewNetwork(settings),
    grants: [reads("ec2", "DescribeSubnets")],
  },
  "aws:cloudformation/getExport:getExport": {
    neededFor: ({ cloudtakStack }) => cloudtakStack !== undefined,
    grants: [reads("cloudformation", "ListExports")],
  },
  "aws:route53/getZone:getZone": {
    neededFor: ({ certificate }) => domainOf(certificate) !== undefined,
    grants: [
      reads("route53", "ListHostedZones"),
      {
        ...reads("route53", "GetHostedZone ListTagsForResource"),
        on: ["hostedzone/{*}"],
      },
    ],
  },
  "aws:secretsmanager/getSecret:getSecret": {
    grants: [
      {
        ...reads("secretsmanager", "DescribeSecret GetResourcePolicy"),
        on: ["secret:{arn}"],
        arns: givenSecrets,
      },
    ],
  },
  "aws:secretsmanager/getRandomPassword:getRandomPassword": {
    neededFor: makesPassphrase,
    grants: [reads("secretsmanager", "GetRandomPassword")],
  },
  "aws:kms/getKey:getKey": {
    grants: [{ ...reads("kms", "DescribeKey"), on: ["key/{*}"] }],
  },
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": {
    neededFor: pushesImages,
    grants: [reads("ecr", "GetAuthorizationToken")],
  },
  "roles of AWS's services, in an account that has none yet": {
    grants: [
      serviceLinkedRole("ecs.amazonaws.com", "AWSServiceRoleForECS"),
      serviceLinkedRole(
        "elasticloadbalancing.amazonaws.com",
        "AWSServiceRoleForElasticLoadBalancing",
      ),
    ],
  },
  "the configured key, with which AWS's services encrypt on the deployer's behalf": {
    neededFor: ({ kmsKeyArn }) => kmsKeyArn !== undefined,
    grants: [
      onGivenKey("DescribeKey"),
      {
        ...onGivenKey("Decrypt GenerateDataKey Encrypt RetireGrant"),
        condition: throughServices,
      },
      {
        ...onGivenKey("CreateGrant"),
        condition: (settings, place) => ({
          ...throughServices(settings, place),
          Bool: { "kms:GrantIsForAWSResource": "true" },
        }),
      },
    ],
  },
  "the checks at the end of a deployment": {
    grants: [
      reads("elasticloadbalancing", "DescribeTargetHealth"),
      reads("cloudwatch", "GetMetricData"),
      {
        ...reads("lambda", "InvokeFunction"),
        on: ["function:{*}:live"],
        names: ({ names }) => [names.authFunction],
      },
      {
        ...reads("logs", "FilterLogEvents"),
        on: ["log-group:{*}:*"],
        names: ({ names }) => [names.logGroup],
      },
    ],
  },
};
