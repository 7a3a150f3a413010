import { dirname } from "node:path";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import type { AuthMode } from "../../shared/authContract";

import type { AuthFunctionEnvironment, Declared } from "../../shared/environmentVariables";
import { policyDocument, trustPolicy } from "../iam/iam";
import { authRolePermissions } from "../iam/rolePermissions";

export interface FunctionVpc {
  readonly vpcId: pulumi.Input<string>;
  /** With a way to AWS's services: NAT gateways or endpoints. */
  readonly subnetIds: pulumi.Input<string[]>;
  readonly cloudtakPort: number;
}

const httpsPort = 443;

export interface AuthFunctionArgs {
  /** Name of the function in AWS. */
  readonly functionName: string;
  /** Absolute path of index.js; the function gets the folder that holds it. */
  readonly bundle: string;
  readonly cloudtakUrl: pulumi.Input<string>;
  readonly cloudtakSigningSecretArn: pulumi.Input<string>;
  /** Customer managed key of that secret. */
  readonly cloudtakSigningSecretKmsKeyArn: pulumi.Input<string | undefined>;
  /** PEM of the authorities that sign CloudTAK's certificate. */
  readonly cloudtakCaCertificates: string | undefined;
  /** Where the function runs, when it is not outside of any VPC. */
  readonly vpc: FunctionVpc | undefined;
  readonly authMode: AuthMode;
  /** What the function tells the gateway about the load balancer. */
  readonly enableInsecurePorts: boolean;
  /** Executions at a time; undefined = as many as the account allows. */
  readonly authReservedConcurrency: number | undefined;
  /** Trace with X-Ray. */
  readonly authTracing: boolean;
  readonly logRetentionDays: number;
  /** Whether the log group may be deleted. */
  readonly protect: boolean;
  /** Key that encrypts log group and environment. */
  readonly kmsKeyArn: string | undefined;
  /** IAM path of the role, such as /TAK-Dev-MediaInfra/. */
  readonly rolePath: string;
  readonly permissionsBoundaryArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** The Lambda function that takes every decision, with a role that may write its log and read its one secret. */
export class AuthFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  /** Of the alias that the gateway invokes. */
  readonly aliasArn: pulumi.Output<string>;

  constructor(name: string, args: AuthFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:AuthFunction", name, {}, opts);
    const { tags } = args;

    const logGroup = new cloudwatch.LogGroup(
      `${name}-log-group`,
      {
        name: `/aws/lambda/${args.functionName}`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.kmsKeyArn,
        tags,
      },
      { parent: this, protect: args.protect },
    );
    const role = new iam.Role(
      `${name}-role`,
      {
        assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
        path: args.rolePath,
        permissionsBoundary: args.permissionsBoundaryArn,
        tags,
      },
      { parent: this },
    );
    const policy = new iam.RolePolicy(
      `${name}-policy`,
      {
        role: role.name,
        policy: pulumi
          .all([logGroup.arn, args.cloudtakSigningSecretArn, args.cloudtakSigningSecretKmsKeyArn])
          .apply(([logGroupArn, secretArn, secretKeyArn]) =>
            policyDocument(
              authRolePermissions({
                ...{ logGroupArn, secretArn, secretKeyArn },
                kmsKeyArn: args.kmsKeyArn,
                isInVpc: args.vpc !== undefined,
                isTraced: args.authTracing,
              }),
            ),
          ),
      },
      { parent: this },
    );
    const securityGroup = args.vpc && this.createSecurityGroup(name, args.vpc, args);
    const handler = new lambda.Function(
      `${name}-handler`,
      {
        name: args.functionName,
        description: "Decides who may publish and watch",
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        // Compared by content, so the absolute path makes no difference between machines.
        code: new pulumi.asset.FileArchive(dirname(args.bundle)),
        // A login at a slow TAK Server takes up to 20 s; decisions take 8 s at most.
        timeout: 25,
        memorySize: 512,
        reservedConcurrentExecutions: args.authReservedConcurrency,
        ...(args.authTracing ? { tracingConfig: { mode: "Active" } } : {}),
        publish: true,
        kmsKeyArn: args.kmsKeyArn,
        loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
        ...(securityGroup && args.vpc
          ? { vpcConfig: { subnetIds: args.vpc.subnetIds, securityGroupIds: [securityGroup.id] } }
          : {}),
        environment: { variables: environment(args) },
        tags,
      },
      { parent: this, dependsOn: [policy] },
    );
    const alias = new lambda.Alias(
      `${name}-alias`,
      { name: "live", functionName: handler.name, functionVersion: handler.version },
      { parent: this },
    );

    this.functionName = handler.name;
    this.aliasArn = alias.arn;
    this.registerOutputs({ functionName: this.functionName, aliasArn: this.aliasArn });
  }

  /** Nothing gets in; HTTPS gets out, and what else CloudTAK's port is. */
  private createSecurityGroup(
    name: string,
    { vpcId, cloudtakPort }: FunctionVpc,
    { tags }: AuthFunctionArgs,
  ): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(
      `${name}-security-group`,
      { vpcId, description: "Auth function", tags },
      { parent: this },
    );
    const letOut = (rule: string, description: string, port: number) =>
      new vpc.SecurityGroupEgressRule(
        `${name}-${rule}-egress`,
        {
          ...{ securityGroupId: group.id, description, ipProtocol: "tcp" },
          ...{ fromPort: port, toPort: port, cidrIpv4: "0.0.0.0/0", tags },
        },
        { parent: this },
      );
    letOut("https", "CloudTAK and AWS services", httpsPort);
    if (cloudtakPort !== httpsPort) letOut("cloudtak", "CloudTAK", cloudtakPort);
    return group;
  }
}

type Variables = Declared<AuthFunctionEnvironment, pulumi.Input<string>>;

const environment = (args: AuthFunctionArgs): Variables => ({
  CLOUDTAK_URL: args.cloudtakUrl,
  CLOUDTAK_SIGNING_SECRET_ARN: args.cloudtakSigningSecretArn,
  ...caCertificates(args),
  AUTH_MODE: args.authMode,
  ENABLE_INSECURE_PORTS: String(args.enableInsecurePorts),
});

const caCertificates = ({
  cloudtakCaCertificates,
}: AuthFunctionArgs): Pick<Variables, "CLOUDTAK_CA_CERTIFICATES"> =>
  cloudtakCaCertificates === undefined ? {} : { CLOUDTAK_CA_CERTIFICATES: cloudtakCaCertificates };
