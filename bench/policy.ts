import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { request } from "../test/policy/analyzer";
import { caseTable } from "../test/policy/cases";
import { report, secondsOf } from "./timing";

const runPolicyPack = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
const folder = join(__dirname, "../policy");

/** The compiled pack as the engine starts it, once it has said where it listens. */
async function startPack() {
  const child = spawn(process.execPath, [runPolicyPack, "127.0.0.1:1", "."], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  const stop = async () => {
    child.kill();
    await once(child, "exit");
  };
  return { address: `127.0.0.1:${port}`, stop };
}

/** How long the pack takes to start (aim: under 3 s), and to check a resource with all rules (under 5 ms). */
export async function benchPolicy(): Promise<void> {
  const starts: number[] = [];
  for (let run = 0; run < 5; run++) {
    const started = performance.now();
    const { stop } = await startPack();
    starts.push((performance.now() - started) / 1000);
    await stop();
  }
  report("policy pack: start", starts, "s", 2);

  const { address, stop } = await startPack();
  const client = new AnalyzerClient(address, credentials.createInsecure());
  const resources = Object.values(caseTable).flatMap(({ good }) => good.flat());
  const judgeAll = async () => {
    for (const { type, props } of resources) {
      await new Promise<void>((resolve, reject) => {
        client.analyze(request(type, props), (error) => (error ? reject(error) : resolve()));
      });
    }
  };
  await judgeAll();
  const perResource = (await secondsOf(5, judgeAll)).map((s) => (s * 1000) / resources.length);
  report(`policy pack: one resource of ${resources.length}, all rules`, perResource, "ms", 2);
  client.close();
  await stop();
}

if (require.main === module) benchPolicy();
