import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const toolchain = join(__dirname, "../../tools/toolchain");
const moduleUrl = (name: string) => JSON.stringify(pathToFileURL(join(toolchain, name)).href);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "setup-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("node_modules", () => {
  const one = { version: "1.0.0", integrity: "sha512-one" };
  const other = { version: "2.0.0", integrity: "sha512-other" };

  function areCurrent(locked: object, installed: object | undefined): boolean {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    const [lock, list] = ["package-lock.json", "node_modules/.package-lock.json"].map((name) =>
      join(folder, name),
    );
    writeFileSync(`${lock}`, JSON.stringify({ packages: { "": { name: "root" }, ...locked } }));
    if (installed) writeFileSync(`${list}`, JSON.stringify({ packages: installed }));
    // As after a checkout: the lock file is newer, whatever it says.
    if (installed) utimesSync(`${list}`, 1, 1);
    const script = `import { modulesAreCurrent } from ${moduleUrl("modules.mjs")};
      console.log(modulesAreCurrent(${JSON.stringify(folder)}));`;
    return execFileSync(process.execPath, ["--input-type=module", "-e", script]).includes("true");
  }

  it("are current when they hold what the lock file says, whatever their times", () => {
    assert.equal(areCurrent({ "node_modules/one": one }, { "node_modules/one": one }), true);
  });

  it("are current without optional packages for another system", () => {
    const locked = { "node_modules/one": one, "node_modules/other": { ...other, optional: true } };
    assert.equal(areCurrent(locked, { "node_modules/one": one }), true);
  });

  const stale: Readonly<Record<string, object | undefined>> = {
    "there are none, or an install did not finish": undefined,
    "a package is missing": {},
    "a package has another version": { "node_modules/one": { ...one, version: "1.0.1" } },
    "a package has other bytes": { "node_modules/one": { ...one, integrity: "sha512-x" } },
    "a package is there that is not locked": { "node_modules/one": one, "node_modules/x": other },
  };
  for (const [what, installed] of Object.entries(stale)) {
    it(`are not when ${what}`, () => {
      assert.equal(areCurrent({ "node_modules/one": one }, installed), false);
    });
  }
});

describe("a set-up that is interrupted", () => {
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`by ${signal} ends all that its commands have started, tries no other way and leaves nothing in the cache`, async () => {
      const script = `import { cached, endOnSignals, firstOf, run } from ${moduleUrl("shell.mjs")};
        endOnSignals();
        const slow = "sleep 600 & echo $! $$ >&2; echo $! $$ > ${folder}/pids; wait";
        firstOf("it", [
          ["first", () => cached("it", () => run("sh", ["-c", slow]))],
          ["second", () => console.log("second")],
        ], "").catch((error) => process.exit(error.exitCode));`;
      const cache = join(folder, "cache");
      const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
        env: { ...process.env, XDG_CACHE_HOME: cache },
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (data) => {
        said += data;
      });
      while (!readdirSync(folder).includes("pids")) await new Promise((go) => setTimeout(go, 20));
      const pids = await started();
      child.kill(signal);
      const [exitCode] = await once(child, "close");
      assert.equal(exitCode, code);
      // Those whose parent has ended are reaped by another process, a moment later.
      while (pids.some(isAlive)) await new Promise((go) => setTimeout(go, 20));
      assert.equal(said, "");
      assert.deepEqual(readdirSync(join(cache, "tak-media-infra")), []);
    });
  }

  /** Of the command and of what it has started. */
  async function started(): Promise<number[]> {
    for (;;) {
      const text = execFileSync("cat", [join(folder, "pids")], { encoding: "utf8" });
      const pids = text.trim().split(" ").map(Number);
      if (pids.length === 2 && text.endsWith("\n")) return pids;
      await new Promise((go) => setTimeout(go, 20));
    }
  }
});
