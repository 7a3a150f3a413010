/** What `deploy` says and does about a service that does not run what was deployed. */
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../automation/errors";
import type { Item } from "../../local/account/accountStore";
import { checkout } from "../../local/cloud/paths";
import { callRunningCloud } from "../../local/providers/aws/ecs/runningCloud";
import { startProgram } from "./program";
import { cloudName, deploy, paths, reports, system } from "./system";
import { Terminal } from "./terminal";

const cli = ["-r", "ts-node/register", join(checkout, "cli/main.ts")];
const command = [...cli, "deploy", "dev", "--target", `local:${cloudName}`];

async function deployWith(...args: string[]) {
  const program = startProgram(process.execPath, [...command, ...args, "--yes"]);
  return { code: await program.ended, said: program.log() };
}

const rollbacks = (from: number) =>
  reports()
    .slice(from)
    .match(/; rolled back to /g)?.length;

describe("a service that does not run what was deployed", () => {
  after(() => deploy());

  it("makes the update fail when ECS rolls it back, and again when it is repeated", async () => {
    await system();
    const from = reports().length;
    const broken = ["--context", "mediamtxVersion=1.99.0"];
    const first = await deployWith(...broken);
    assert.equal(first.code, exitCodes.updateFailed, first.said);
    assert.match(
      first.said,
      /the update of stack "dev" failed at media-service:[\s\S]*Service deployment rolled back because the circuit breaker threshold was exceeded\./,
    );
    assert.equal(rollbacks(from), 1);
    const second = await deployWith(...broken);
    assert.match(second.said, /ECS runs \S+ instead of \S+, as after a deployment that was rolled/);
    assert.equal(second.code, exitCodes.updateFailed, second.said);
    assert.equal(rollbacks(from), 2, "it was deployed again");
  });

  it("is told of by an update that has nothing to change, and deployed by the next one", async () => {
    await deploy();
    await (await system()).withoutFollowing(async () => {
      const first = new Terminal([process.execPath, ...command]);
      await first.shows('deploy stack "dev" now? (yes or no)');
      const [deployed, other] = await runAnother();
      first.type("yes\n");
      assert.equal(await first.ended, exitCodes.unhealthy, first.screen);
      assert.match(first.screen, new RegExp(`runs ${other} instead of ${deployed}`));
      assert.match(first.screen, /the same command deploys again what does not run/);

      const second = await deployWith();
      assert.equal(second.code, exitCodes.success, second.said);
      assert.match(second.said, new RegExp(`ECS runs ${other} instead of ${deployed}`));
      assert.match(second.said, new RegExp(`Running: \\S+${deployed}\n`));
    });
  });
});

/** Has ECS run another revision, as somebody does in the console. Answers the one of the state, and the other. */
async function runAnother(): Promise<[deployed: string, other: string]> {
  const { items } = JSON.parse(readFileSync(paths.inventory, "utf8")) as { items: Item[] };
  const service = items.find(({ type }) => type === "aws:ecs/service:Service");
  const arn = String(service?.properties.taskDefinition);
  const task = items.find((item) => item.arn === arn);
  assert.ok(service && task);
  const other = arn.replace(/\d+$/, "99");
  const revisions = [
    { ...task, arn: other, properties: { ...task.properties, arn: other } },
    { ...service, properties: { ...service.properties, taskDefinition: other } },
  ];
  const answer = await callRunningCloud(paths.root, "DeployService", {
    service: service.id,
    items: revisions,
  });
  assert.deepEqual(answer, { taskDefinition: other });
  const name = (each: string) => each.split("/").at(-1) ?? "";
  return [name(arn), name(other)];
}
