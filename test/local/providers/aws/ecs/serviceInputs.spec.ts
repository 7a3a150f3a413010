import { describeInputs } from "../../inputCases";

const groups = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

describeInputs(
  "of services and clusters",
  [
    [
      "six target groups",
      "service",
      {
        loadBalancers: Array.from({ length: 6 }, () => ({
          containerName: "a",
          containerPort: 1,
          targetGroupArn: "arn",
        })),
      },
      "loadBalancers: InvalidParameterException: load balancers can have at most 5 items",
    ],
    [
      "a grace period without load balancer",
      "service",
      { healthCheckGracePeriodSeconds: 60 },
      "healthCheckGracePeriodSeconds: InvalidParameterException",
    ],
    [
      "a service with six security groups",
      "service",
      { networkConfiguration: { securityGroups: groups(6), subnets: groups(1) } },
      "networkConfiguration.securityGroups: InvalidParameterException: securityGroups can have at most 5 items",
    ],
    [
      "a service in 17 subnets",
      "service",
      { networkConfiguration: { subnets: groups(17) } },
      "networkConfiguration.subnets: InvalidParameterException: subnets can have at most 16 items",
    ],
    ["a service of -1 tasks", "service", { desiredCount: -1 }, "desiredCount: InvalidParameter"],
    [
      "a deployment of half of the tasks",
      "service",
      { deploymentMaximumPercent: 50 },
      "deploymentMaximumPercent: InvalidParameterException",
    ],
    [
      "a cluster with unknown insights",
      "cluster",
      { settings: [{ name: "containerInsights", value: "on" }] },
      "value: InvalidParameterException",
    ],
  ],
  [
    [
      "five target groups",
      "service",
      {
        loadBalancers: Array.from({ length: 5 }, () => ({
          containerName: "a",
          containerPort: 1,
          targetGroupArn: "arn",
        })),
      },
    ],
  ],
);
