import { LambdaClient } from "@aws-sdk/client-lambda";
import { Gateway } from "./gateway";
import { letHeapGrow } from "./heap";
import { createLog, type Log } from "./log";
import { readSettings } from "./settings";

/** ECS kills 30 s after SIGTERM; MediaMTX, which gets the same signal, ends its streams long before. */
const drainTimeoutMs = 25_000;

/**
 * More tries catch kept-alive connections that were closed at that moment; after a crowd there are several. The time to
 * connect has room for a SYN that is sent again after a second, and for a gateway that is busy with a crowd meanwhile.
 */
const lambdaClient = () =>
  new LambdaClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000 } });

async function main(log: Log): Promise<void> {
  const gateway = new Gateway(readSettings(process.env), lambdaClient(), log);
  await gateway.start();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      gateway
        .drain(drainTimeoutMs)
        .then(() => gateway.close())
        .then(() => process.exit(0));
    });
  }
}

letHeapGrow();
const log = createLog();
main(log).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  log.fatal({ reason }, "gateway cannot start");
  process.exit(1);
});
