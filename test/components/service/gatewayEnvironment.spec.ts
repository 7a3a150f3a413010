import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { gatewayNodeOptions } from "../../../components/service/gatewayEnvironment";

describe("the gateway's heap", () => {
  const heapMib = (taskMib: number) =>
    Number(/--max-old-space-size=(\d+)$/.exec(gatewayNodeOptions(taskMib))?.[1]);

  it("takes a quarter of the task's memory in each thread, and no more than 512 MiB", () => {
    assert.deepEqual([512, 1024, 2048, 4096, 122_880].map(heapMib), [128, 256, 512, 512, 512]);
  });

  it("is limited by what Node takes from NODE_OPTIONS", () => {
    const limit = execFileSync(
      process.execPath,
      ["-p", "require('node:v8').getHeapStatistics().heap_size_limit / 1024 / 1024"],
      { env: { NODE_OPTIONS: gatewayNodeOptions(512) }, encoding: "utf8" },
    );
    assert.ok(Number(limit) < 160, limit);
  });
});
