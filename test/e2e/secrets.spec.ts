import { strict as assert } from "node:assert";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { checkout } from "../../local/cloud/paths";
import { publishing, read } from "./clients";
import { paths, pulumiIn, reports, system, textBelow } from "./system";

interface CloudtakData {
  readonly users: { readonly password: string }[];
  readonly leases: { readonly stream_pass?: string; readonly read_pass?: string }[];
}

/** Every secret value that the system works with, by what it is. */
function canaries(): Record<string, string> {
  const data: CloudtakData = parse(
    readFileSync(join(checkout, "local/cloudtak/cloudtak.yaml"), "utf8"),
  );
  const values: Record<string, string> = JSON.parse(readFileSync(paths.secrets, "utf8"));
  return {
    ...values,
    passphrase: readFileSync(paths.passphrase, "utf8"),
    "private key": "PRIVATE KEY-----",
    ...Object.fromEntries(data.users.map(({ password }, index) => [`user ${index}`, password])),
    ...Object.fromEntries(
      data.leases.flatMap(({ stream_pass, read_pass }, index) => [
        ...(stream_pass ? [[`stream_pass ${index}`, stream_pass]] : []),
        ...(read_pass ? [[`read_pass ${index}`, read_pass]] : []),
      ]),
    ),
  };
}

function assertNone(text: string, where: string): void {
  assert.notEqual(text, "", `${where} is empty`);
  for (const [what, value] of Object.entries(canaries())) {
    assert.equal(text.includes(value), false, `${where} holds ${what} in clear`);
  }
}

/**
 * Pulumi's SDK writes each registered resource, secret outputs included, into debug lines. They are in no log but the
 * one that is asked for with PULUMI_DEBUG_COMMANDS and `--event-log`; nothing of ours writes there.
 */
function withoutDebugLines(events: string): string {
  return events
    .split("\n")
    .filter((line) => line !== "" && JSON.parse(line).diagnosticEvent?.severity !== "debug")
    .join("\n");
}

describe("no secret is found in clear", () => {
  before(async () => {
    await system();
    const publisher = await publishing(
      "rtmps://localhost:1936/live/write3:4h2g7a:secure-stream",
      "secure-stream",
    );
    try {
      await read("srt://localhost:8890?streamid=read:secure-stream:read3:b93f1c");
      await read("https://tactical-user:secure-password@localhost:8888/secure-stream/index.m3u8");
    } finally {
      await publisher.stop();
    }
  });

  it("in the logs of gateway, MediaMTX and auth function", () => {
    assertNone(textBelow(paths.logs), "a log");
  });

  it("in what the local system reports", () => {
    assertNone(reports(), "the report");
  });

  it("in the state, its history and its backups", () => {
    assertNone(textBelow(paths.state), "the state");
  });

  it("in the exported deployment and the stack outputs", async () => {
    const exported = await pulumiIn("stack export --stack dev".split(" "));
    assertNone(exported.stdout, "the export");
    const outputs = await pulumiIn("stack output --json --stack dev".split(" "));
    assertNone(outputs.stdout, "the outputs");
  });

  it("in the inventory of the local cloud", () => {
    assertNone(readFileSync(paths.inventory, "utf8"), "cloud.json");
  });

  it("in the engine's event log", async () => {
    const log = join(paths.root, "events.json");
    const args = ["preview", "--stack", "dev", "--event-log", log, "--diff"];
    // Without this variable the CLI hides the flag.
    const { code, stdout, stderr } = await pulumiIn(args, { PULUMI_DEBUG_COMMANDS: "true" });
    assert.equal(code, 0, stdout + stderr);
    assertNone(stdout, "the preview");
    const events = readFileSync(log, "utf8");
    rmSync(log);
    assertNone(withoutDebugLines(events), "the event log");
  });
});
