import {
  type FilterLogEventsCommandInput,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
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
    const found = await until(
      () => firstEvent(aws.logs, { logGroupName, startTime, filterPattern }, signal),
      { timeoutMs: credentials ? 60_000 : 10_000, intervalMs: 1000, signal },
    );
    const what = credentials ? "lines about the test stream" : "lines of the last 15 minutes";
    if (found) return [ok(subject, `${what} in ${logGroupName}`)];
    const remedy = `aws logs tail ${logGroupName} --since 1h`;
    return [fault(subject, `no ${what} in ${logGroupName}`, remedy)];
  },
};

/** A page of the search may be empty although another one follows. */
async function firstEvent(
  client: SmokeContext["aws"]["logs"],
  filter: FilterLogEventsCommandInput,
  signal: AbortSignal,
): Promise<true | undefined> {
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, filter)) {
      signal.throwIfAborted();
      if (events.length > 0) return true;
    }
  } catch (error) {
    // A log group is made with the stack; without it there are no lines.
    if ((error as Error).name !== "ResourceNotFoundException") throw error;
  }
  return undefined;
}
