import { acmRules } from "./acm";
import { cloudfrontRules } from "./cloudfront";
import { cloudwatchRules } from "./cloudwatch";
import { containerRules } from "./containers";
import { costRules } from "./cost";
import { ecsServiceRules } from "./ecsService";
import { iamRules } from "./iam";
import { keyRules } from "./keys";
import { lambdaRules } from "./lambda";
import { listenerRules } from "./listeners";
import { loadBalancerRules } from "./loadBalancers";
import { networkRules } from "./network";
import { portRules } from "./ports";
import { publicIngressRules } from "./publicIngress";
import { s3Rules } from "./s3";
import { securityGroupRules } from "./securityGroups";
import { snsRules } from "./sns";
import { stackRules } from "./stack";
import { targetGroupRules } from "./targetGroups";
import { taskDefinitionRules } from "./taskDefinition";
import { taskRoleRules } from "./taskRole";
import { unreadRules } from "./unread";

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
