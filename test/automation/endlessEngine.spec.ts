import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { engineCommand } from "../../automation/engine/command";
import { operate } from "../../automation/engine/operate";
import { defaultLimits } from "../../automation/engine/watchdog";
import { UpdateFailedError } from "../../automation/errors";
import { noProgress, reduce } from "../../automation/progress";
import { isAlive } from "../local/runtime/fixtures";

/** An engine that heeds no interrupt and tells the same things for ever, as fast as they are taken. */
const engine = `#!${process.execPath}
const [command, ...args] = process.argv.slice(2);
if (command === "version") console.log("v3.248.0");
if (command === "preview") {
  process.on("SIGINT", () => {});
  const { ChannelCredentials } = require("@grpc/grpc-js");
  const { EventsClient } = require("@pulumi/pulumi/proto/events_grpc_pb");
  const { EventRequest } = require("@pulumi/pulumi/proto/events_pb");
  const address = args[args.indexOf("--event-log") + 1].replace("tcp://", "");
  const stream = new EventsClient(address, ChannelCredentials.createInsecure()).streamEvents(() => {});
  const events = [
    { diagnosticEvent: { severity: "warning", message: "from process " + process.pid } },
    { policyEvent: { policyName: "p", enforcementLevel: "advisory", resourceUrn: "", message: "m" } },
  ].map((event) => new EventRequest().setEvent(JSON.stringify(event)));
  const tell = () => {
    while (events.every((event) => stream.write(event)));
    stream.once("drain", tell);
  };
  tell();
}
`;

describe("an engine that tells of events without end", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "engine-"));
    writeFileSync(join(folder, "pulumi"), engine);
    chmodSync(join(folder, "pulumi"), 0o755);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: endless\nruntime: nodejs\n");
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is ended after its time, with one message", async () => {
    const env = {
      PATH: `${folder}${delimiter}${process.env.PATH}`,
      NODE_PATH: join(__dirname, "../../node_modules"),
    };
    const limits = { ...defaultLimits, readOnlyMs: 1500, graceMs: 50 };
    const program = async () => {};
    const opened = await Stack.select(
      "dev",
      await LocalWorkspace.create({
        workDir: folder,
        program,
        pulumiCommand: await engineCommand(env, limits),
      }),
    );
    const told: string[] = [];
    const ended = operate("preview", opened, {
      stack: "dev",
      workspace: { folder, env },
      program,
      stackFile: join(folder, "Pulumi.dev.yaml"),
      onEvent: (event) => {
        if (event.type === "diagnostic" && told.length < 2) told.push(event.diagnostic.message);
      },
      signal: undefined,
    });
    const error = await ended.catch((failure) => failure);
    assert.ok(error instanceof UpdateFailedError, String(error));
    assert.equal(
      error.message,
      'the update of stack "dev" cannot be planned; nothing was changed:\n' +
        "  - pulumi did not end within 0.025 minutes, and was ended",
    );
    assert.equal(told.length, 2);
    assert.equal(isAlive(Number(/\d+/.exec(told[0] ?? "")?.[0])), false);
  });

  it("is not kept in memory", () => {
    let progress = noProgress(true);
    const diagnosticEvent = { severity: "warning", message: "m" };
    const policyEvent = { policyName: "p", enforcementLevel: "advisory", message: "m" };
    for (let count = 0; count < 5000; count++) {
      [progress] = reduce(progress, { diagnosticEvent } as Parameters<typeof reduce>[1]);
      [progress] = reduce(progress, { policyEvent } as Parameters<typeof reduce>[1]);
    }
    assert.ok(progress.diagnostics.length <= 500, `${progress.diagnostics.length}`);
    assert.ok(progress.findings.length <= 2000, `${progress.findings.length}`);
  });
});
