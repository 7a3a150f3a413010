import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCloudtak } from "../../../local/cloudtak/server";
import { dataFile, type StandIn, signingSecret, startStandIn } from "./standIn";

describe("CloudTAK stand-in, data file", () => {
  let folder: string;
  let file: string;
  let cloudtak: StandIn | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudtak-"));
    file = join(folder, "cloudtak.yaml");
    writeFileSync(file, readFileSync(dataFile));
  });
  afterEach(async () => {
    await cloudtak?.close();
    cloudtak = undefined;
    rmSync(folder, { recursive: true });
  });
  const edit = (from: string, to: string) => {
    const text = readFileSync(file, "utf8");
    assert.ok(text.includes(from));
    writeFileSync(file, text.replace(from, to));
  };

  it("is read again when it has changed; sessions live on", async () => {
    cloudtak = await startStandIn(file);
    const token = await cloudtak.signIn("test-user", "test-pass");
    edit("password: test-pass", "password: another-pass");
    edit("path: test-stream", "path: moved-stream");
    const login = await cloudtak.post("/api/login", {
      username: "test-user",
      password: "test-pass",
    });
    assert.equal(login.status, 400);
    assert.equal((await cloudtak.get("/api/video/lease/test-stream", token)).status, 404);
    assert.equal((await cloudtak.get("/api/video/lease/moved-stream", token)).status, 200);
  });

  it("switches the mode", async () => {
    cloudtak = await startStandIn(file);
    edit("mode: up", "mode: error");
    assert.equal((await cloudtak.get("/api")).status, 500);
    edit("mode: error", "mode: up");
    assert.equal((await cloudtak.get("/api")).status, 200);
  });

  it("that became invalid is reported with all faults, and the last good data stay", async () => {
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const running = await startCloudtak({ port: 0, dataFile: file, signingSecret, log });
    try {
      edit("mode: up", "mode: sideways\nextra: 1");
      for (let i = 0; i < 2; i++) assert.equal((await fetch(`${running.url}/api`)).status, 200);
      const faults = lines.filter((line) => line.includes("is not valid"));
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? "", /sideways|mode/);
      assert.match(faults[0] ?? "", /extra/);
    } finally {
      await running.close();
    }
  });

  it("that is invalid from the beginning stops the start", async () => {
    writeFileSync(file, "users: 7\n");
    await assert.rejects(startStandIn(file), /is not valid:[\s\S]*users/);
  });

  it("an empty signing secret stops the start", async () => {
    const options = { port: 0, dataFile: file, signingSecret: "" };
    await assert.rejects(startCloudtak(options), /"signingSecret" is empty; set SigningSecret/);
  });
});
