/** The preview command with the real engine, on AWS, whose plugins are not here and cannot be downloaded. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { exitCodes } from "../../automation/errors";
import { checkout } from "../../local/cloud/paths";
import { freePort } from "../freePort";

const stack = "without-plugins";
const secret = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:signing-AbCdEf";
const context = [
  "environment=dev",
  "cloudtakUrl=https://cloudtak.example.org",
  `cloudtakSigningSecretArn=${secret}`,
].flatMap((each) => ["--context", each]);

describe("a preview that cannot come about", function () {
  this.timeout(120_000);
  let home: string;
  let mark: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "home-"));
    mkdirSync(join(home, "state"));
    mark = `TAK_TEST=${randomUUID()}`;
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
    rmSync(join(checkout, `Pulumi.${stack}.yaml`), { force: true });
  });

  /** All downloads go through this proxy. */
  function preview(proxyPort: number): ChildProcess {
    const [name = "", value] = mark.split("=");
    return spawn(
      process.execPath,
      ["-r", "ts-node/register/transpile-only", "cli/main.ts", "preview", stack, ...context],
      {
        cwd: checkout,
        env: {
          PATH: process.env.PATH,
          HOME: home,
          PULUMI_BACKEND_URL: pathToFileURL(join(home, "state")).href,
          PULUMI_CONFIG_PASSPHRASE: "test",
          AWS_ACCESS_KEY_ID: "AKIATEST",
          AWS_SECRET_ACCESS_KEY: "test",
          AWS_REGION: "ap-southeast-2",
          HTTPS_PROXY: `http://127.0.0.1:${proxyPort}`,
          [name]: value,
        },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
  }

  /** Processes with the mark in their environment: the command, the engine and its plugins. */
  const running = (): string[] =>
    readdirSync("/proc").flatMap((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, "utf8").includes(mark);
        return isOurs ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
      } catch {
        // No process, or it has ended.
        return [];
      }
    });
  /** A plugin may end a moment after the engine. */
  async function leavesNothing(): Promise<void> {
    for (let tries = 0; tries < 100 && running().length > 0; tries++) await pause(50);
    assert.deepEqual(running(), []);
  }

  it("says once which plugin is missing, and ends", async () => {
    const child = preview(await freePort());
    const said = text(child.stdout as NodeJS.ReadableStream);
    const [code] = await once(child, "close");
    assert.equal(code, exitCodes.updateFailed, await said);
    const message = (await said).slice((await said).indexOf("cannot be planned"));
    assert.match(message, /^cannot be planned; nothing was changed:\n {2}- \S+: Could not .*\n$/);
    assert.match(message, /install the plugin using `pulumi plugin install resource aws/);
    await leavesNothing();
  });

  describe("and whose downloads never answer", () => {
    let proxy: Server;
    const sockets = new Set<Socket>();
    beforeEach(async () => {
      proxy = createServer((socket) => sockets.add(socket.on("error", () => {})));
      await once(proxy.listen(0, "127.0.0.1"), "listening");
    });
    afterEach(() => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    });

    it("ends when its output is closed, as by `| head -1`, and leaves no engine behind", async () => {
      const child = preview((proxy.address() as AddressInfo).port);
      const said = text(child.stderr as NodeJS.ReadableStream);
      child.stdout?.once("data", () => child.stdout?.destroy());
      const [code] = await once(child, "exit");
      assert.equal(code, exitCodes.cancelled, await said);
      assert.match(await said, /standard output was closed; the engine ends what it is in the/);
      assert.doesNotMatch(await said, /EPIPE|^ +at /m);
      await leavesNothing();
    });
  });
});
