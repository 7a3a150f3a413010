import { allow, readSecret, type Statement, writeLogs } from "./iam";

/**
 * What each role of the stack may do. ARNs may hold `*`: the boundary of the roles is made of the same statements, for
 * resources that do not exist yet.
 */

export interface AuthRoleArgs {
  readonly logGroupArn: string;
  readonly secretArn: string;
  /** Customer managed key of the secret. */
  readonly secretKeyArn: string | undefined;
  /** Key of the function's environment. */
  readonly kmsKeyArn: string | undefined;
  readonly isInVpc: boolean;
  /** With X-Ray. */
  readonly isTraced: boolean;
}

/** What Lambda does in the function's name to bring it into a VPC; AWS knows no resources for most of it. */
const networkInterfaceActions = [
  ...["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
  ...["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses"],
  "ec2:UnassignPrivateIpAddresses",
];

/** The function: its log, its one secret. */
export const authRolePermissions = (args: AuthRoleArgs): Statement[] => [
  writeLogs(args.logGroupArn),
  ...readSecret(args.secretArn, args.secretKeyArn),
  ...(args.isInVpc ? [allow(networkInterfaceActions, "*")] : []),
  ...(args.kmsKeyArn === undefined ? [] : [allow(["kms:Decrypt"], args.kmsKeyArn)]),
  // These two know no resources.
  ...(args.isTraced ? [allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")] : []),
];

export interface ExecutionRoleArgs {
  readonly logGroupArn: string;
  /** Of images in ECR. */
  readonly repositoryArns: readonly string[];
  /** The SRT passphrase. */
  readonly secretArn: string | undefined;
  /** Customer managed key of the secret. */
  readonly secretKeyArn: string | undefined;
}

/** The agent that starts the task: images, log, secret. */
export const executionRolePermissions = (args: ExecutionRoleArgs): Statement[] => [
  writeLogs(args.logGroupArn),
  ...pullImages(args.repositoryArns),
  ...(args.secretArn === undefined ? [] : readSecret(args.secretArn, args.secretKeyArn)),
];

const pullImages = (repositoryArns: readonly string[]): Statement[] =>
  repositoryArns.length === 0
    ? []
    : [
        // The one action here that knows no resources.
        allow(["ecr:GetAuthorizationToken"], "*"),
        allow(
          ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
          repositoryArns,
        ),
      ];

/** The task: it asks the auth function. */
export const taskRolePermissions = (authFunctionArn: string): Statement[] => [
  allow(["lambda:InvokeFunction"], authFunctionArn),
];

/** The VPC's flow log. */
export const flowLogRolePermissions = (logGroupArn: string): Statement[] => [
  writeLogs(logGroupArn),
  allow(["logs:DescribeLogStreams"], `${logGroupArn}:*`),
  // It knows no single group: granted on an ARN of one it grants nothing.
  allow(["logs:DescribeLogGroups"], "*"),
];
