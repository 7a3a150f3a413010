import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { checkout, readToolchain } from "../../../local/cloud/paths";
import { type PolicyEvent, policyEventsIn } from "../../../local/commands/policy/policyEvents";
import { execute } from "./execute";

/** A resource; its name says which rule it is there for. */
export interface Sample {
  readonly type: string;
  readonly name: string;
  readonly props: object;
}

export interface SamplesPreview {
  readonly code: number;
  readonly output: string;
  readonly events: readonly PolicyEvent[];
}

/**
 * Previews a program with these resources with the real engine, the pack and a provider that takes everything, in a
 * folder of its own. The stack is called prod and configured with `environment: dev`.
 */
export async function previewSamples(
  samples: readonly Sample[],
  packConfiguration: string,
): Promise<SamplesPreview> {
  const folder = mkdtempSync(join(tmpdir(), "policy-samples-"));
  try {
    return await preview(folder, samples, packConfiguration);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function preview(folder: string, samples: readonly Sample[], packConfiguration: string) {
  const file = (name: string) => join(folder, name);
  const write = (name: string, text: string) => writeFileSync(file(name), text);
  symlinkSync(join(checkout, "node_modules"), file("node_modules"));
  write(
    "package.json",
    JSON.stringify({ name: "policy-samples", version: "1.0.0", main: "program.js" }),
  );
  for (const script of ["program.js", "provider.js"]) {
    write(script, readFileSync(join(__dirname, script), "utf8"));
  }
  write("pulumi-resource-aws", `#!/bin/sh\nexec node "$(dirname "$0")/provider.js" "$@"\n`);
  chmodSync(file("pulumi-resource-aws"), 0o755);
  const runtime = { name: "nodejs", options: { typescript: false } };
  const plugins = { providers: [{ name: "aws", path: folder }] };
  write("Pulumi.yaml", stringify({ name: "policy-samples", runtime, plugins }));
  write("samples.json", JSON.stringify(samples));
  write("policy.json", packConfiguration);
  const environment = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "policy-samples",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DEBUG_COMMANDS: "true",
    SAMPLES: file("samples.json"),
    PATH: `${readToolchain().pulumi}:${process.env.PATH}`,
  };
  const run = (...args: string[]) => execute("pulumi", args, folder, environment);
  await run("stack", "init", "prod", "--non-interactive");
  await run("config", "set", "environment", "dev");
  const { code, output } = await run(
    ...["preview", "--non-interactive", "--event-log", file("events.json")],
    ...["--policy-pack", join(checkout, "policy"), "--policy-pack-config", file("policy.json")],
  );
  return { code, output, events: policyEventsIn(file("events.json")) };
}
