import { strict as assert } from "node:assert";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { prepareBackend } from "../../local/cloud/environment";
import { localPaths, readToolchain } from "../../local/cloud/paths";
import { writeProject } from "../../local/cloud/project";
import { pulumi, pulumiOrThrow, selectStack } from "../../local/cloud/pulumiCli";
import { policyEventsIn } from "../../local/commands/policy/policyEvents";

/** Updates a stack in a local cloud that nothing runs in, and answers what the policies said. */
async function up(stack: string, config: Record<string, string>) {
  const paths = localPaths(`policy-up-${stack}`);
  const toolchain = readToolchain();
  const log = join(paths.root, "events.json");
  try {
    prepareBackend(paths);
    writeProject(paths);
    await selectStack(paths, toolchain, stack);
    for (const [key, value] of Object.entries(config)) {
      await pulumiOrThrow(paths, toolchain, ["config", "set", "--stack", stack, key, value]);
    }
    const args = ["up", "--yes", "--skip-preview", "--stack", stack, "--policy-pack", "policy"];
    const env = { PULUMI_DEBUG_COMMANDS: "true" };
    const result = await pulumi(paths, toolchain, [...args, "--event-log", log], { env });
    const analyze = ["policy", "analyze", "--stack", stack, "--policy-pack", "policy"];
    const later = await pulumi(paths, toolchain, analyze);
    return { ...result, events: policyEventsIn(log), later };
  } finally {
    rmSync(paths.root, { recursive: true, force: true });
  }
}

describe("an update of the project's own stacks, in which every value is known", () => {
  const stacks: [string, Record<string, string>][] = [
    ["dev", { alarmEmail: "ops@example.org", enableInsecurePorts: "true" }],
    ["prod", { alarmEmail: "ops@example.org" }],
  ];
  for (const [stack, config] of stacks) {
    it(`breaks no mandatory rule in ${stack}, and leaves none unevaluated`, async () => {
      const { code, stdout, stderr, events, later } = await up(stack, config);
      assert.equal(code, 0, stdout + stderr);
      assert.deepEqual(
        events.filter(({ enforcementLevel }) => enforcementLevel === "mandatory"),
        [],
      );
      assert.deepEqual(
        events.filter(({ message }) => message.includes("not evaluated")),
        [],
      );
      const names = new Set(events.map(({ policyName }) => policyName));
      assert(names.has("waivers"), "the waivers are shown");
      // This command tells the pack nothing of the stack's configuration, so it takes every stack for production.
      assert.equal(later.code, stack === "prod" ? 0 : 1, `${later.stdout}${later.stderr}`);
    });
  }
});
