import { acmRules } from "./acm";
import { cloudfrontRules } from "./cloudfront";
import { cloudwatchRules } from "./cloudwatch";
import { costRules } from "./cost";
import { insecurePortRules } from "./ec2/insecurePorts";
import { publicIngressRules } from "./ec2/publicIngress";
import { securityGroupRules } from "./ec2/securityGroups";
import { vpcRules } from "./ec2/vpc";
import { containerRules } from "./ecs/containers";
import { serviceRules } from "./ecs/service";
import { taskDefinitionRules } from "./ecs/taskDefinition";
import { taskRoleRules } from "./ecs/taskRole";
import { listenerRules } from "./elb/listeners";
import { loadBalancerRules } from "./elb/loadBalancers";
import { targetGroupRules } from "./elb/targetGroups";
import { iamRules } from "./iam";
import { kmsAndSecretsRules } from "./kmsAndSecrets";
import { lambdaRules } from "./lambda";
import { s3Rules } from "./s3";
import { snsRules } from "./sns";
import { stackRules } from "./stack";
import { unsupportedTypeRules } from "./unsupportedTypes";

/** Every rule of the pack, by the heading under which it is described. */
export const ruleGroups = {
  "The stack": stackRules,
  "Plaintext media": insecurePortRules,
  "What no other rule reads": unsupportedTypeRules,
  Listeners: listenerRules,
  "Load balancers": loadBalancerRules,
  "Target groups": targetGroupRules,
  "Reach from the internet": publicIngressRules,
  "Security groups": securityGroupRules,
  Networks: vpcRules,
  "ECS services": serviceRules,
  "Task definitions": taskDefinitionRules,
  Containers: containerRules,
  "Task roles": taskRoleRules,
  Lambda: lambdaRules,
  CloudWatch: cloudwatchRules,
  "Keys and secrets": kmsAndSecretsRules,
  SNS: snsRules,
  S3: s3Rules,
  IAM: iamRules,
  CloudFront: cloudfrontRules,
  Certificates: acmRules,
  Cost: costRules,
} as const;

export const rules = Object.values(ruleGroups).flat();
