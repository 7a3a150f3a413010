import type { Service } from "../api/service";
import { text } from "../state";

/** Elastic Load Balancing: what the account has of its limits. */
export const loadBalancing: Service = {
  protocol: "query",
  prefix: "elasticloadbalancing",
  operations: {
    DescribeAccountLimits: (_input, { account }) => {
      const { quotas } = account.facts();
      const limits: Readonly<Record<string, number>> = {
        "network-load-balancers": 50,
        "target-groups": 3000,
      };
      return {
        Limits: Object.entries(limits).map(([Name, Max]) => ({
          Name,
          Max: quotas[`elasticloadbalancing/${Name}`] ?? Max,
        })),
      };
    },
    DescribeLoadBalancers: (_input, { account }) => ({
      LoadBalancers: account
        .inventory()
        .of("aws:lb/loadBalancer:LoadBalancer")
        .map(({ arn, properties }) => ({
          LoadBalancerArn: arn,
          LoadBalancerName: text(properties.name),
          Type: text(properties.loadBalancerType),
        })),
    }),
    DescribeTargetGroups: (_input, { account }) => ({
      TargetGroups: account
        .inventory()
        .of("aws:lb/targetGroup:TargetGroup")
        .map(({ arn }) => ({ TargetGroupArn: arn })),
    }),
  },
};
