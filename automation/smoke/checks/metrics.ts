import { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { metricsNamespace, metricUnits } from "../../../shared/metricNames";
import type { Check } from "../../checks/examine";
import { type Finding, fault, ok } from "../../checks/finding";
import type { SmokeContext } from "../context";
import { until } from "../retry";

const subject = "metrics";
const names = Object.keys(metricUnits);

/** The gateway's figures of each minute arrive in CloudWatch, which takes up to two minutes over them. */
export const metrics: Check<SmokeContext> = {
  subject,
  timeoutMs: 240_000,
  run: async (
    {
      aws,
      settings: {
        names: { system },
      },
    },
    signal,
  ) => {
    const found = await until(
      async () => {
        const arrived = await arrivedFor(system, aws.cloudwatch, signal);
        return arrived.length === names.length ? arrived : undefined;
      },
      { timeoutMs: 200_000, intervalMs: 5000, signal },
    );
    const arrived = found ?? (await arrivedFor(system, aws.cloudwatch, signal));
    return [metricsFinding(system, arrived)];
  },
};

/** Names of the metrics that have a value of the last 15 minutes. */
async function arrivedFor(
  system: string,
  cloudwatch: SmokeContext["aws"]["cloudwatch"],
  abortSignal: AbortSignal,
): Promise<string[]> {
  const now = Date.now();
  const command = new GetMetricDataCommand({
    StartTime: new Date(now - 15 * 60_000),
    EndTime: new Date(now + 60_000),
    MetricDataQueries: names.map((MetricName, index) => ({
      Id: `m${index}`,
      MetricStat: {
        Metric: {
          Namespace: metricsNamespace,
          MetricName,
          Dimensions: [{ Name: "System", Value: system }],
        },
        Period: 60,
        Stat: "Sum",
      },
    })),
  });
  const { MetricDataResults = [] } = await cloudwatch.send(command, { abortSignal });
  return names.filter(
    (_, index) => (MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values?.length ?? 0) > 0,
  );
}

export function metricsFinding(system: string, arrived: readonly string[]): Finding {
  const missing = names.filter((name) => !arrived.includes(name));
  const where = `${metricsNamespace}, System ${system}`;
  if (missing.length === 0) return ok(subject, `${names.length} in ${where}`);
  const remedy = `aws cloudwatch list-metrics --namespace ${metricsNamespace}`;
  return fault(subject, `not in ${where}: ${missing.join(", ")}`, remedy);
}
