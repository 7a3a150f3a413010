import type { Property } from "../kit/property";
import { aws, elbv2 } from "../kit/types";

/** US dollars for a month of 730 hours in us-east-1, list prices of 2025, without traffic. */
type Price = (resource: Property) => number;

const hoursPerMonth = 730;

/** ARM prices, which are a fifth below those of x86; a service multiplies them by its tasks. */
const fargateUsd = { vcpuHour: 0.03238, gigabyteHour: 0.00356 };

/** A load balancer or NAT gateway has an address in each zone, at 3.65 a month. */
const addressUsd = 3.65;

function taskUsd(task: Property): number {
  const [cpu, memory] = [task.get("cpu").number ?? 0, task.get("memory").number ?? 0];
  const perHour = (cpu / 1024) * fargateUsd.vcpuHour + (memory / 1024) * fargateUsd.gigabyteHour;
  return perHour * hoursPerMonth;
}

const constant =
  (usd: number): Price =>
  () =>
    usd;

const pricesByTypes: readonly [readonly string[], Price][] = [
  [
    elbv2("LoadBalancer"),
    (balancer) => 16.43 + addressUsd * balancer.get("subnets").items().length,
  ],
  [aws("ec2", "NatGateway"), constant(32.85 + addressUsd)],
  [aws("ecs", "TaskDefinition"), taskUsd],
  [
    aws("ec2", "VpcEndpoint"),
    (endpoint) => (endpoint.get("vpcEndpointType").text() === "Interface" ? 7.3 : 0),
  ],
  [aws("kms", "Key"), constant(1)],
  [aws("secretsmanager", "Secret"), constant(0.4)],
  [aws("cloudwatch", "MetricAlarm"), constant(0.1)],
  [aws("cloudwatch", "Dashboard"), constant(3)],
];

const prices = new Map(
  pricesByTypes.flatMap(([types, price]) => types.map((type): [string, Price] => [type, price])),
);

/** What a resource costs a month while nobody uses it; 0 for what costs nothing or is not in the list. */
export const monthlyUsd = (type: string, resource: Property): number =>
  prices.get(type)?.(resource) ?? 0;
