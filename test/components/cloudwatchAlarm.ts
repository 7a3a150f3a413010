/** What a metric's sources reported in one minute; an empty list is a missing data point. */
export type Minute = readonly number[];

const statistics: Readonly<Record<string, (values: Minute) => number>> = {
  Minimum: (values) => Math.min(...values),
  Maximum: (values) => Math.max(...values),
  Sum: (values) => values.reduce((sum, value) => sum + value, 0),
};

/**
 * State of a metric alarm after the last of these minutes, as CloudWatch evaluates a threshold "less than" or "greater than"
 * with a period of 60 s: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html. A new alarm
 * is evaluated over the minutes before it was made, too.
 */
export function alarmState(
  inputs: Readonly<Record<string, unknown>>,
  minutes: readonly Minute[],
): "OK" | "ALARM" | "INSUFFICIENT_DATA" {
  const { statistic, threshold, comparisonOperator, treatMissingData } = inputs;
  const periods = Number(inputs.evaluationPeriods);
  const breaches = (minute: Minute): boolean | undefined => {
    if (minute.length === 0) {
      return treatMissingData === "missing" ? undefined : treatMissingData === "breaching";
    }
    const value = statistics[String(statistic)]?.(minute) ?? Number.NaN;
    return comparisonOperator === "LessThanThreshold"
      ? value < Number(threshold)
      : value > Number(threshold);
  };
  const evaluated = [...Array<Minute>(periods).fill([]), ...minutes].slice(-periods).map(breaches);
  if (evaluated.every((breach) => breach === undefined)) return "INSUFFICIENT_DATA";
  return evaluated.every((breach) => breach === true) ? "ALARM" : "OK";
}
