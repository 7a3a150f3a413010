import * as ecs from "@pulumi/aws/ecs";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustPolicy } from "../iam/iam";
import { executionRolePermissions, taskRolePermissions } from "../iam/rolePermissions";
import { serviceTrust } from "../iam/serviceTrust";
import { containerDefinitions } from "./containers";
import type { GatewayEnvironmentArgs } from "./gatewayEnvironment";
import { freeStorageGib, recordingsVolume } from "./recordings";

export interface MediaTaskArgs extends GatewayEnvironmentArgs {
  readonly family: string;
  readonly mediamtxImage: pulumi.Input<string>;
  /** ECR repository of MediaMTX's image, "" if it is elsewhere. */
  readonly mediamtxRepositoryArn: pulumi.Input<string>;
  /** CPU units, 1024 = one vCPU. */
  readonly mediamtxCpu: number;
  readonly srtPassphraseSecretArn: pulumi.Input<string> | undefined;
  /** Customer managed key of that secret. */
  readonly srtPassphraseSecretKmsKeyArn: pulumi.Input<string | undefined>;
  readonly gatewayImage: pulumi.Input<string>;
  /** ECR repository of the gateway image, "" if it is elsewhere. */
  readonly gatewayRepositoryArn: pulumi.Input<string>;
  readonly authFunctionArn: pulumi.Input<string>;
  /** IAM path of both roles, such as /TAK-Dev-MediaInfra/. */
  readonly rolePath: string;
  readonly permissionsBoundaryArn: string | undefined;
  readonly logGroup: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> };
  readonly tags: Readonly<Record<string, string>>;
}

/** The task definition with its two roles: one to start the containers, one for the gateway to ask the function. */
export class MediaTask extends pulumi.ComponentResource {
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: MediaTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:MediaTask", name, {}, opts);

    const executionRole = this.createRole(`${name}-execution`, executionPolicy(args), {
      ...args,
      // AWS documents no condition for it: it is not the task that takes it on, but the agent that starts the task.
      assumeRolePolicy: trustPolicy("ecs-tasks.amazonaws.com"),
    });
    const taskRole = this.createRole(name, taskPolicy(args), {
      ...args,
      assumeRolePolicy: serviceTrust("ecs-tasks.amazonaws.com", this),
    });
    const taskDefinition = new ecs.TaskDefinition(
      `${name}-definition`,
      {
        family: args.family,
        cpu: String(args.mediamtxCpu),
        memory: String(args.mediamtxMemory),
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
        volumes: [{ name: recordingsVolume }],
        ...(args.ephemeralStorageGib > freeStorageGib
          ? { ephemeralStorage: { sizeInGib: args.ephemeralStorageGib } }
          : {}),
        executionRoleArn: executionRole.arn,
        taskRoleArn: taskRole.arn,
        containerDefinitions: pulumi.jsonStringify(
          containerDefinitions({
            ...args,
            logGroupName: args.logGroup.name,
            region: getRegionOutput({}, { parent: this }).region,
          }),
        ),
        // A deregistered revision cannot be gone back to, and the service's roll-back does just that.
        skipDestroy: true,
        tags: args.tags,
      },
      { parent: this },
    );

    this.taskDefinitionArn = taskDefinition.arn;
    this.registerOutputs({ taskDefinitionArn: this.taskDefinitionArn });
  }

  private createRole(
    name: string,
    policy: pulumi.Output<string>,
    {
      assumeRolePolicy,
      rolePath,
      permissionsBoundaryArn,
      tags,
    }: MediaTaskArgs & { readonly assumeRolePolicy: pulumi.Input<string> },
  ): iam.Role {
    const role = new iam.Role(
      `${name}-role`,
      { assumeRolePolicy, path: rolePath, permissionsBoundary: permissionsBoundaryArn, tags },
      { parent: this },
    );
    new iam.RolePolicy(`${name}-policy`, { role: role.name, policy }, { parent: this });
    return role;
  }
}

const executionPolicy = (args: MediaTaskArgs): pulumi.Output<string> =>
  pulumi
    .all([
      args.logGroup.arn,
      args.gatewayRepositoryArn,
      args.mediamtxRepositoryArn,
      args.srtPassphraseSecretArn,
      args.srtPassphraseSecretKmsKeyArn,
    ])
    .apply(([logGroupArn, gatewayArn, mediamtxArn, secretArn, secretKeyArn]) =>
      policyDocument(
        executionRolePermissions({
          ...{ logGroupArn, secretArn, secretKeyArn },
          repositoryArns: [gatewayArn, mediamtxArn].filter((arn) => arn !== ""),
        }),
      ),
    );

const taskPolicy = (args: MediaTaskArgs): pulumi.Output<string> =>
  pulumi.output(args.authFunctionArn).apply((arn) => policyDocument(taskRolePermissions(arn)));
