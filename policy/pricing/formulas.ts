import { aws, elbv2 } from "../aws/typeTokens";
import type { Formula } from "./charge";
import { fargateService } from "./fargate";
import { loadBalancer } from "./loadBalancer";
import type { Prices } from "./prices";
import { hoursPerMonth } from "./units";
import { sessionHours } from "./usage";

const each =
  (what: string, unit: string, price: keyof Prices): Formula =>
  () => [{ what, quantity: 1, unit, price }];

const notEstimated =
  (reason: string): Formula =>
  () => [{ reason }];

const natGateway: Formula = (_, { traffic, resources }) => {
  const gateways = resources.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway").length;
  return [
    { what: "NAT gateway", quantity: hoursPerMonth, unit: "hours", price: "natGatewayHour" },
    {
      what: "data",
      quantity: traffic.natGigabytes / gateways,
      unit: "GB",
      price: "natGatewayGigabyte",
    },
  ];
};

/** A gateway endpoint, which is the default, is free. */
const endpoint: Formula = ({ props }) => {
  const type = props.get("vpcEndpointType").text() || "Gateway";
  if (type === "Gateway") return [];
  if (type !== "Interface") return [{ reason: `no formula for an endpoint of type ${type}` }];
  const zones = Math.max(1, props.get("subnetIds").items().length);
  const quantity = zones * hoursPerMonth;
  return [
    { what: `in ${zones} zones`, quantity, unit: "hours", price: "interfaceEndpointHour" },
    { reason: "data through the endpoint, 0.01 per GB" },
  ];
};

const daysPerMonth = hoursPerMonth / 24;

/** What is kept is the amount once the first logs expire. */
const logGroup: Formula = ({ props }, { traffic: { logGigabytes } }) => {
  const days = props.get("retentionInDays").number ?? 0;
  return [
    { what: "ingestion", quantity: logGigabytes, unit: "GB", price: "logGigabyte" },
    days > 0
      ? {
          what: `kept for ${days} days`,
          quantity: (logGigabytes * days) / daysPerMonth,
          unit: "GB",
          price: "logStorageGigabyte",
        }
      : { reason: "logs that never expire: what is kept grows without end" },
  ];
};

/** Each session is asked about again every 30 s; batches, which save calls, are left out of account. */
const callsPerSessionHour = 120;
/** CloudTAK's answer included. */
const secondsPerCall = 0.2;

const lambdaFunction: Formula = ({ props }, { traffic }) => {
  if (
    !props
      .get("architectures")
      .items()
      .some((item) => item.text() === "arm64")
  ) {
    return [{ reason: "only prices of arm64 functions are known" }];
  }
  const calls = sessionHours(traffic) * callsPerSessionHour;
  const gigabytes = (props.get("memorySize").number ?? 128) / 1024;
  return [
    { what: "requests", quantity: calls, unit: "calls", price: "lambdaRequest" },
    {
      what: `${secondsPerCall} s a call`,
      quantity: calls * secondsPerCall * gigabytes,
      unit: "GB-s",
      price: "lambdaGigabyteSecond",
    },
  ];
};

const cluster: Formula = ({ props }) =>
  props
    .get("settings")
    .items()
    .some((setting) => /^(enabled|enhanced)$/.test(setting.get("value").text()))
    ? [{ reason: "Container Insights, charged by metric" }]
    : [];

const certificate: Formula = ({ props }) =>
  props.at("options.export").text() === "ENABLED"
    ? [{ reason: "an exportable certificate is charged at issue and renewal" }]
    : [];

const flowLog: Formula = ({ props }) =>
  // To CloudWatch it is charged as ingestion of its log group.
  (props.get("logDestinationType").text() || "cloud-watch-logs") === "cloud-watch-logs"
    ? []
    : [{ reason: "delivery of flow logs, charged by GB" }];

const byTypes: readonly [readonly string[], Formula][] = [
  [elbv2("LoadBalancer"), loadBalancer],
  [aws("ecs", "Service"), fargateService],
  [aws("ecs", "Cluster"), cluster],
  [aws("ec2", "NatGateway"), natGateway],
  [aws("ec2", "VpcEndpoint"), endpoint],
  [aws("ec2", "FlowLog"), flowLog],
  [aws("lambda", "Function"), lambdaFunction],
  [aws("cloudwatch", "LogGroup"), logGroup],
  [aws("acm", "Certificate"), certificate],
  [
    aws("ec2", "Eip"),
    () => [
      { what: "public IPv4", quantity: hoursPerMonth, unit: "hours", price: "publicIpv4Hour" },
    ],
  ],
  [aws("kms", "Key"), each("key", "keys", "kmsKey")],
  [aws("secretsmanager", "Secret"), each("secret", "secrets", "secret")],
  [aws("cloudwatch", "MetricAlarm"), each("alarm", "alarms", "alarm")],
  [aws("cloudwatch", "Dashboard"), each("dashboard", "dashboards", "dashboard")],
  [aws("ecr", "Repository"), notEstimated("images, charged by GB")],
  [["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"], notEstimated("objects, charged by GB")],
  [aws("sns", "Topic"), notEstimated("deliveries, charged by message")],
];

/** By resource type. */
export const formulas: ReadonlyMap<string, Formula> = new Map(
  byTypes.flatMap(([types, formula]) => types.map((type): [string, Formula] => [type, formula])),
);
