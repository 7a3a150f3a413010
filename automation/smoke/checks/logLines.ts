import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { Check } from "../../checks/examine";
import { fault, ok } from "../../checks/finding";
import type { SmokeContext } from "../context";
import { until } from "../retry";

const subject = "log";
const quarterHourMs = 15 * 60_000;

/** The gateway's log arrives; after a test stream with the decision about it. */
export const logLines: Check<SmokeContext> = {
  subject,
  timeoutMs: 120_000,
  run: async ({ aws, outputs: { logGroupName }, credentials, startedAtMs }, signal) => {
    const [filterPattern, startTime] = credentials
      ? ['"auth allowed"', startedAtMs]
      : ['"msg"', startedAtMs - quarterHourMs];
    const events = await until(
      async () => {
        const command = new FilterLogEventsCommand({ logGroupName, startTime, filterPattern });
        const { events: found = [] } = await aws.logs
          .send(command, { abortSignal: signal })
          .catch((error: Error) => {
            if (error.name !== "ResourceNotFoundException") throw error;
            return { events: [] };
          });
        return found.length > 0 ? found : undefined;
      },
      { timeoutMs: credentials ? 60_000 : 10_000, intervalMs: 1000, signal },
    );
    const what = credentials ? "lines about the test stream" : "lines of the last 15 minutes";
    if (events) return [ok(subject, `${what} in ${logGroupName}`)];
    const remedy = `aws logs tail ${logGroupName} --since 1h`;
    return [fault(subject, `no ${what} in ${logGroupName}`, remedy)];
  },
};
