import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as kms from "@pulumi/aws/kms";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../config/names";
import { type MetricName, metricsNamespace } from "../shared/metricNames";
import { waivers } from "./waivers";

export interface AlarmsArgs {
  readonly alarmEmail: string;
  /** LoadBalancer dimension of CloudWatch metrics. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** TargetGroup dimension. One group stands for all, as they share the gateway's health port. */
  readonly targetGroupArnSuffix: pulumi.Input<string>;
  readonly authFunctionName: pulumi.Input<string>;
  /** The ECS service behind the target group. */
  readonly service: pulumi.Resource;
  readonly names: Pick<Names, "system">;
  /** Key that encrypts the topic, in place of one of its own. */
  readonly kmsKeyArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Players hold about a second of a stream. */
const maxEventLoopDelayMs = 500;

/**
 * Mail when clients cannot be served: no healthy task for five minutes, an auth function that fails, a CloudTAK
 * that does not answer, or a gateway that is held again and again.
 */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:Alarms", name, {}, opts);
    const { tags } = args;

    const kmsMasterKeyId = args.kmsKeyArn ?? this.createKey(name, args).arn;
    const topic = new sns.Topic(`${name}-topic`, { kmsMasterKeyId, tags }, { parent: this });
    new sns.TopicSubscription(
      `${name}-email`,
      { topic: topic.arn, protocol: "email", endpoint: args.alarmEmail },
      { parent: this },
    );
    const action = { alarmActions: [topic.arn], okActions: [topic.arn], tags };
    new cloudwatch.MetricAlarm(
      `${name}-no-healthy-task`,
      {
        alarmDescription: "No healthy task behind the media load balancer",
        namespace: "AWS/NetworkELB",
        metricName: "HealthyHostCount",
        dimensions: {
          LoadBalancer: args.loadBalancerArnSuffix,
          TargetGroup: args.targetGroupArnSuffix,
        },
        // Each node of the load balancer checks the targets by itself; the most that any of them sees counts.
        statistic: "Maximum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: 60,
        // A deployment stops the old task first, and a new target takes up to three minutes to become healthy.
        evaluationPeriods: 5,
        // A group without any target reports nothing at all.
        treatMissingData: "breaching",
        ...action,
      },
      // The service waits for a healthy task: an alarm that is made before it would be raised by the first deployment.
      { parent: this, dependsOn: [args.service] },
    );
    new cloudwatch.MetricAlarm(
      `${name}-auth-errors`,
      {
        alarmDescription: "The auth function fails, so new sessions are refused",
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: args.authFunctionName },
        statistic: "Sum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        ...action,
      },
      { parent: this },
    );

    new cloudwatch.MetricAlarm(
      `${name}-auth-undecided`,
      {
        alarmDescription: "CloudTAK does not answer, so new sessions are refused",
        namespace: metricsNamespace,
        metricName: "AuthUndecided" satisfies MetricName,
        dimensions: { System: args.names.system },
        statistic: "Sum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: 60,
        // A single late response is not an outage.
        evaluationPeriods: 3,
        treatMissingData: "notBreaching",
        ...action,
      },
      { parent: this },
    );

    new cloudwatch.MetricAlarm(
      `${name}-event-loop-held`,
      {
        alarmDescription:
          "The gateway is held for more than half a second at a time, so streams stall. First look at " +
          "CPUUtilization of the ECS service: near 100 percent it needs a higher mediamtxCpu. Otherwise count the log's " +
          '"auth refused", "dropped" and "fault" by clientAddress: the one with most of them holds it',
        namespace: metricsNamespace,
        metricName: "EventLoopDelay" satisfies MetricName,
        dimensions: { System: args.names.system },
        statistic: "Maximum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: maxEventLoopDelayMs,
        period: 60,
        // A short pause of the host machine is not a fault of the gateway.
        evaluationPeriods: 3,
        treatMissingData: "notBreaching",
        ...action,
      },
      { parent: this },
    );

    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }

  /** Alarms cannot publish into a topic that is encrypted with AWS's own key, as they may not use that. */
  private createKey(name: string, { tags }: AlarmsArgs): kms.Key {
    const account = getCallerIdentityOutput({}, { parent: this }).accountId;
    const { partition } = getPartitionOutput({}, { parent: this });
    return new kms.Key(
      `${name}-key`,
      {
        description: "Alarms of the media server",
        enableKeyRotation: true,
        deletionWindowInDays: 7,
        policy: pulumi
          .all([partition, account])
          .apply(([name, accountId]) => JSON.stringify(keyPolicy(name, accountId))),
        // KMS would refuse a policy that leaves PutKeyPolicy to IAM where the deployer may call it only for keys that carry
        // the stack's tags, which a new key does not yet. The account itself can always change the policy.
        bypassPolicyLockoutSafetyCheck: true,
        tags: { ...tags, ...waivers.alarmsKey },
      },
      { parent: this },
    );
  }
}

const keyPolicy = (partition: string, accountId: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": accountId } },
    },
  ],
});
