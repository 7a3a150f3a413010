import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";

export interface AlarmsArgs {
  readonly alarmEmail: string;
  /** LoadBalancer dimension of CloudWatch metrics. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** TargetGroup dimension. One group stands for all, as they share the gateway's health port. */
  readonly targetGroupArnSuffix: pulumi.Input<string>;
  readonly authFunctionName: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Mail when nobody can be served: no healthy task for three minutes, or an auth function that fails. */
export class Alarms extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tak-media-infra:index:Alarms", name, {}, opts);
    const { tags } = args;

    const topic = new sns.Topic(`${name}-topic`, { tags }, { parent: this });
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
        statistic: "Minimum",
        comparisonOperator: "LessThanThreshold",
        threshold: 1,
        period: 60,
        evaluationPeriods: 3,
        // A group without any target reports nothing at all.
        treatMissingData: "breaching",
        ...action,
      },
      { parent: this },
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

    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
