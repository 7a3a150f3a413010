import { LambdaClient } from "@aws-sdk/client-lambda";
import { Gateway } from "./gateway";
import { createLog, type Log } from "./log";
import { endOnCrash, endOnSignals } from "./process/shutdown";
import { configureHeapGrowth } from "./process/v8Heap";
import { readSettings } from "./settings";

/**
 * Retries cover kept-alive connections that the other side closed meanwhile, of which there are several after a
 * burst. The connection timeout leaves room for a SYN that is sent again after a second, and for an event loop that
 * is busy with a burst.
 */
const lambdaClient = () =>
  new LambdaClient({ maxAttempts: 3, requestHandler: { connectionTimeout: 3_000 } });

let gateway: Gateway | undefined;

async function main(log: Log): Promise<void> {
  const created = new Gateway(readSettings(process.env), lambdaClient(), log);
  await created.start();
  gateway = created;
  endOnSignals(process, created, log);
}

configureHeapGrowth();
const log = createLog();
endOnCrash(process, () => gateway, log);
main(log).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  log.fatal({ reason }, "gateway cannot start");
  process.exit(1);
});
