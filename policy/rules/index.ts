import { acmRules } from "./acm";
import { cloudfrontRules } from "./cloudfront";
import { cloudwatchRules } from "./cloudwatch";
import { costRules } from "./cost";
import { portRules } from "./ec2/insecurePorts";
import { publicIngressRules } from "./ec2/publicIngress";
import { securityGroupRules } from "./ec2/securityGroups";
import { networkRules } from "./ec2/vpc";
import { containerRules } from "./ecs/containers";
import { ecsServiceRules } from "./ecs/service";
import { taskDefinitionRules } from "./ecs/taskDefinition";
import { taskRoleRules } from "./ecs/taskRole";
import { listenerRules } from "./elb/listeners";
import { loadBalancerRules } from "./elb/loadBalancers";
import { targetGroupRules } from "./elb/targetGroups";
import { iamRules } from "./iam";
import { keyRules } from "./kmsAndSecrets";
import { lambdaRules } from "./lambda";
import { s3Rules } from "./s3";
import { snsRules } from "./sns";
import { stackRules } from "./stack";
import { unreadRules } from "./unsupportedTypes";

/** Every rule of the pack, by the heading under which it is described. */
export const ruleGroups = {
  "The stack": stackRules,
  "Plaintext media": portRules,
  "What no other rule reads": unreadRules,
  Listeners: listenerRules,
  "Load balancers": loadBalancerRules,
  "Target groups": targetGroupRules,
  "Reach from the internet": publicIngressRules,
  "Security groups": securityGroupRules,
  Networks: networkRules,
  "ECS services": ecsServiceRules,
  "Task definitions": taskDefinitionRules,
  Containers: containerRules,
  "Task roles": taskRoleRules,
  Lambda: lambdaRules,
  CloudWatch: cloudwatchRules,
  "Keys and secrets": keyRules,
  SNS: snsRules,
  S3: s3Rules,
  IAM: iamRules,
  CloudFront: cloudfrontRules,
  Certificates: acmRules,
  Cost: costRules,
} as const;

export const rules = Object.values(ruleGroups).flat();
