import { type CaseTable, on, unknown } from "./case";
import { cloudfrontAndAcm } from "./cloudfrontAndAcm";
import { containers } from "./containers";
import { ecsService } from "./ecsService";
import { elb } from "./elb";
import { iam } from "./iam";
import { kmsSnsAndS3 } from "./kmsSnsAndS3";
import { lambdaAndCloudwatch } from "./lambdaAndCloudwatch";
import { securityGroups } from "./securityGroups";
import { taskDefinition } from "./taskDefinition";
import { vpcCases } from "./vpc";

/** Rules with specs of their own have one row each here, for the tests that go through all rules. */
const media: CaseTable = {
  "insecure-ports": on(
    "aws:lb/listener:Listener",
    { protocol: "TCP" },
    {
      good: [{ port: 1936, protocol: "TLS" }],
      bad: [{ port: 1935 }, { port: 8554 }],
      nearGood: [{ port: 1934 }, { port: 8555 }],
      nearBad: [
        { port: "8554" },
        [
          "aws:ec2/securityGroup:SecurityGroup",
          { ingress: [{ fromPort: 1935, toPort: unknown.number, protocol: "tcp" }] },
        ],
      ],
      unknown: [
        { port: unknown.number },
        [
          "aws:ec2/securityGroup:SecurityGroup",
          { ingress: [{ fromPort: unknown.number, toPort: 2000, protocol: "tcp" }] },
        ],
      ],
    },
  ),
};

/** Nothing that it looks at can be unknown: a type is always known. */
const unread: CaseTable = {
  "unread-resources": on(
    "aws:cloudformation/stack:Stack",
    { templateBody: "{}" },
    {
      good: [
        ["aws:ec2/securityGroup:SecurityGroup", {}],
        ["awsx:ec2:Vpc", {}],
        ["aws-native:sqs:Queue", {}],
      ],
      bad: [
        {},
        ["aws-native:ec2:SecurityGroup", {}],
        ["aws-native:elasticloadbalancingv2:Listener", { port: 1935 }],
        ["awscc:index/ec2SecurityGroup:Ec2SecurityGroup", {}],
        ["aws:index/lbListener:LbListener", { port: 1935 }],
        ["vpc:tf:aws_security_group", {}],
        ["vpc:tf:awscc_ec2_security_group", {}],
        ["aws:cloudformation/stackSet:StackSet", {}],
        ["aws:cloudcontrol/resource:Resource", { typeName: "AWS::EC2::SecurityGroup" }],
        ["aws:serverlessrepository/cloudFormationStack:CloudFormationStack", {}],
        ["aws:servicecatalog/provisionedProduct:ProvisionedProduct", {}],
        ["aws-native:index:ExtensionResource", {}],
        ["command:local:Command", { create: "aws ec2 authorize-security-group-ingress" }],
        ["pulumi-nodejs:dynamic:Resource", {}],
        ["pulumi-nodejs:dynamic/aws:Listener", {}],
      ],
      nearGood: [
        ["aws:cloudformation/cloudFormationType:CloudFormationType", {}],
        ["aws:servicecatalog/portfolio:Portfolio", {}],
        ["vpc:tf:random_pet", {}],
        ["vpc:tf:awsome_thing", {}],
        ["pulumi:pulumi:Stack", {}],
        ["pulumi:providers:aws-native", {}],
        ["command:util:Command", {}],
      ],
    },
  ),
};

/** The cases of every rule with the same result in both environments. */
export const caseTable: CaseTable = {
  ...media,
  ...unread,
  ...elb,
  ...securityGroups,
  ...vpcCases,
  ...ecsService,
  ...taskDefinition,
  ...containers,
  ...lambdaAndCloudwatch,
  ...kmsSnsAndS3,
  ...iam,
  ...cloudfrontAndAcm,
};
