/** What the data path costs: `npm run bench data-path`, or alone `node -r ts-node/register bench/dataPath.ts`. */
import { benchBulk } from "./dataPath/bulk";
import { benchLatency } from "./dataPath/latency";
import { benchSrt } from "./dataPath/srt";
import { benchStreamRates } from "./dataPath/streamRates";

export async function benchDataPath(): Promise<void> {
  await benchStreamRates();
  await benchBulk();
  await benchSrt();
  await benchLatency();
}

if (require.main === module) {
  benchDataPath().catch((error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
