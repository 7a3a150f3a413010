import type { Service } from "../api/service";
import { list, number, type Properties, record, text } from "../state";
import { jsonOf, logEvents, logGroupNames } from "./logGroups";

interface Datum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly timestamp: number;
  readonly value: number;
}

/** CloudWatch: the metrics that log lines in the embedded metric format make. */
export const cloudwatch: Service = {
  protocol: "json",
  prefix: "cloudwatch",
  operations: {
    ListMetrics: (input, { root }) => {
      const metrics = dataOf(root)
        .filter(({ namespace }) => !input.Namespace || namespace === input.Namespace)
        .filter(({ name }) => !input.MetricName || name === input.MetricName)
        .map(({ namespace, name, dimensions }) =>
          JSON.stringify({
            Namespace: namespace,
            MetricName: name,
            Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          }),
        );
      return { Metrics: [...new Set(metrics)].map((metric) => JSON.parse(metric)) };
    },
    GetMetricData: (input, { root }) => {
      const data = dataOf(root);
      return {
        MetricDataResults: list(input.MetricDataQueries)
          .map(record)
          .map((query) => result(query, data, input)),
      };
    },
  },
};

function result(query: Properties, data: readonly Datum[], input: Properties) {
  const stat = record(query.MetricStat);
  const { Namespace, MetricName, Dimensions } = record(stat.Metric);
  const wanted = list(Dimensions).map(record);
  const periodS = number(stat.Period) ?? 60;
  const [from, to] = [number(input.StartTime) ?? 0, number(input.EndTime) ?? 0];
  const sums = new Map<number, number>();
  for (const { namespace, name, dimensions, timestamp, value } of data) {
    const second = timestamp / 1000;
    const isAsked =
      namespace === Namespace &&
      name === MetricName &&
      wanted.length === Object.keys(dimensions).length &&
      wanted.every(({ Name, Value }) => dimensions[text(Name)] === Value);
    if (!isAsked || second < from || second >= to) continue;
    const start = Math.floor(second / periodS) * periodS;
    sums.set(start, (sums.get(start) ?? 0) + value);
  }
  const newestFirst = [...sums].sort(([a], [b]) => b - a);
  return {
    Id: text(query.Id),
    Label: text(MetricName),
    StatusCode: "Complete",
    Timestamps: newestFirst.map(([start]) => start),
    Values: newestFirst.map(([, sum]) => sum),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function dataOf(root: string): Datum[] {
  return logGroupNames(root)
    .flatMap((group) => logEvents(root, group))
    .filter(({ message }) => message.includes('"_aws"'))
    .flatMap(({ message }) => embedded(jsonOf(message)));
}

function embedded(line: Properties): Datum[] {
  const { Timestamp, CloudWatchMetrics } = record(line._aws);
  return list(CloudWatchMetrics)
    .map(record)
    .flatMap(({ Namespace, Dimensions, Metrics }) =>
      list(Dimensions).flatMap((names) =>
        list(Metrics)
          .map(record)
          .flatMap(({ Name }) => {
            const value = number(line[text(Name)]);
            if (value === undefined) return [];
            return [
              {
                namespace: text(Namespace),
                name: text(Name),
                dimensions: Object.fromEntries(
                  list(names).map((name) => [text(name), text(line[text(name)])]),
                ),
                timestamp: number(Timestamp) ?? 0,
                value,
              },
            ];
          }),
      ),
    );
}
