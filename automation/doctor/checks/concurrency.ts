import { GetAccountSettingsCommand } from "@aws-sdk/client-lambda";
import { type Finding, fault, ok, warning } from "../../checks/finding";
import type { DoctorCheck } from "../context";

const subject = "quota Lambda";

/** AWS keeps so many executions for functions that reserve none. */
const unreservedMinimum = 100;

const increase =
  "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000";

/** Executions of the auth function at a time: how many there can be, and whether AWS lets it reserve them. */
export const concurrency: DoctorCheck = {
  subject,
  reads: ["aws:region", "authReservedConcurrency"],
  run: async ({ aws, settings, deployed }, abortSignal) => {
    const { AccountLimit } = await aws.lambda.send(new GetAccountSettingsCommand({}), {
      abortSignal,
    });
    const reserve = settings.authReservedConcurrency ?? 0;
    // What the stack's own function has reserved is there for it.
    const own = (await deployed("aws:lambda/function:Function"))
      .map(({ properties }) => Number(properties.reservedConcurrentExecutions ?? 0))
      .reduce((sum, reserved) => sum + Math.max(0, reserved), 0);
    return concurrencyFindings(
      AccountLimit?.ConcurrentExecutions ?? Number.NaN,
      (AccountLimit?.UnreservedConcurrentExecutions ?? Number.NaN) + own,
      reserve,
    );
  },
};

export function concurrencyFindings(limit: number, unreserved: number, reserve: number): Finding[] {
  if (!Number.isFinite(limit) || !Number.isFinite(unreserved)) {
    throw new Error("AWS names no limit of concurrent executions");
  }
  const left = unreserved - reserve;
  const said = `${limit} concurrent executions, ${unreserved} not reserved`;
  if (reserve > 0 && left < unreservedMinimum) {
    return [
      fault(
        subject,
        `${said}; authReservedConcurrency ${reserve} would leave ${left}, AWS keeps ${unreservedMinimum}`,
        unreserved > unreservedMinimum
          ? `pulumi config set authReservedConcurrency ${unreserved - unreservedMinimum}`
          : "pulumi config rm authReservedConcurrency",
      ),
    ];
  }
  if (reserve === 0 && unreserved < 1) {
    return [fault(subject, `${said}: the auth function never runs`, increase)];
  }
  if (limit >= unreservedMinimum) return [ok(subject, said)];
  const waiting = `${said}: clients that come back all at once wait for the auth function`;
  return [warning(subject, waiting, increase)];
}
