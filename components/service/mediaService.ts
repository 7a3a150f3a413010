import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ecs from "@pulumi/aws/ecs";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../../config/names";
import { gatewayPort, protocols } from "../../shared/protocols";
import type { Listeners } from "../loadBalancer/listeners";
import type { Network } from "../network/network";
import { gatewayContainerName } from "./containers";
import { MediaTask, type MediaTaskArgs } from "./mediaTask";
import { TaskSecurityGroup } from "./taskSecurityGroup";

export interface MediaServiceArgs extends Omit<MediaTaskArgs, "family" | "logGroup" | "rolePath"> {
  readonly names: Names;
  readonly network: Network;
  /** Existing cluster to use in place of one of its own. */
  readonly clusterArn: string | undefined;
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  readonly listeners: Listeners;
  readonly logRetentionDays: number;
  /** Whether the log group may be deleted. */
  readonly protect: boolean;
  /** Key that encrypts the log group. */
  readonly kmsKeyArn: string | undefined;
}

interface Cluster {
  readonly arn: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
}

/**
 * One Fargate task with MediaMTX and the gateway behind all listeners. Only ever one: two origins would split
 * publishers from their viewers, so an update stops the old task before it starts the new one.
 *
 * A task of 1024 CPU units and 2048 MiB costs about 29 US dollars a month.
 */
export class MediaService extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly taskDefinitionArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: MediaServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:MediaService", name, {}, opts);

    const cluster = existingCluster(args.clusterArn) ?? this.createCluster(name, args);
    const logGroup = this.createLogGroup(name, args);
    const securityGroup = new TaskSecurityGroup(
      `${name}-firewall`,
      { ...args, vpcId: args.network.vpcId, vpcCidrBlock: args.network.vpcCidrBlock },
      { parent: this },
    );
    const task = new MediaTask(
      `${name}-task`,
      { ...args, family: args.names.service, rolePath: args.names.rolePath, logGroup },
      { parent: this },
    );
    const service = this.createService(name, cluster, securityGroup, task, args);

    this.clusterName = pulumi.output(cluster.name);
    this.serviceName = service.name;
    this.taskDefinitionArn = pulumi
      .all([task.taskDefinitionArn, service.taskDefinition])
      .apply(([deployed, running]) => runningRevision(deployed, running));
    this.logGroupName = logGroup.name;
    this.registerOutputs({
      clusterName: this.clusterName,
      serviceName: this.serviceName,
      taskDefinitionArn: this.taskDefinitionArn,
      logGroupName: this.logGroupName,
    });
  }

  private createCluster(name: string, { names, tags }: MediaServiceArgs): ecs.Cluster {
    return new ecs.Cluster(
      `${name}-cluster`,
      { name: names.cluster, settings: [{ name: "containerInsights", value: "enabled" }], tags },
      { parent: this },
    );
  }

  private createLogGroup(name: string, args: MediaServiceArgs): cloudwatch.LogGroup {
    return new cloudwatch.LogGroup(
      `${name}-log-group`,
      {
        name: args.names.logGroup,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.kmsKeyArn,
        tags: args.tags,
      },
      { parent: this, protect: args.protect },
    );
  }

  private createService(
    name: string,
    cluster: Cluster,
    securityGroup: TaskSecurityGroup,
    task: MediaTask,
    { names, network, listeners, tags }: MediaServiceArgs,
  ): ecs.Service {
    return new ecs.Service(
      `${name}-service`,
      {
        name: names.service,
        cluster: cluster.arn,
        taskDefinition: task.taskDefinitionArn,
        launchType: "FARGATE",
        desiredCount: 1,
        deploymentMinimumHealthyPercent: 0,
        deploymentMaximumPercent: 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        healthCheckGracePeriodSeconds: 120,
        availabilityZoneRebalancing: "DISABLED",
        waitForSteadyState: true,
        networkConfiguration: {
          subnets: network.taskSubnetIds,
          securityGroups: [securityGroup.securityGroupId],
          assignPublicIp: network.assignPublicIp,
        },
        loadBalancers: protocols.map((protocol) => ({
          targetGroupArn: listeners.targetGroupArns.apply((arns) => arns[protocol.key] ?? ""),
          containerName: gatewayContainerName,
          containerPort: gatewayPort(protocol),
        })),
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        tags,
      },
      // ECS refuses a target group that no listener forwards to; a task without its rules, its roles' permissions or its
      // way to the internet does not get healthy.
      {
        parent: this,
        dependsOn: network.routes.apply((routes) => [listeners, securityGroup, task, ...routes]),
      },
    );
  }
}

/**
 * The deployed task definition. Throws a RunError when the service runs another one: after a deployment that ECS has rolled back,
 * an update with the same values deploys nothing, and the provider only reads what runs.
 */
export function runningRevision(deployed: string, running: string | undefined): string {
  if (running === deployed) return deployed;
  throw new pulumi.RunError(
    `the service runs ${running} instead of ${deployed}: ECS has rolled the deployment back, and this update has ` +
      "not tried it again; find the cause in the service's events and in the log group, and deploy once more",
  );
}

const existingCluster = (arn: string | undefined): Cluster | undefined =>
  arn === undefined ? undefined : { arn, name: arn.slice(arn.lastIndexOf("/") + 1) };
