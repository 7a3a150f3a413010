/** What the doors cost: `npm run bench doors`, or alone `node -r ts-node/register bench/doors.ts`. */
import { benchBulk } from "./doors/bulk";
import { benchLatency } from "./doors/latency";
import { benchSrt } from "./doors/srt";
import { benchStreamRates } from "./doors/streamRates";

export async function benchDoors(): Promise<void> {
  await benchStreamRates();
  await benchBulk();
  await benchSrt();
  await benchLatency();
}

if (require.main === module) {
  benchDoors().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
