import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLockFile } from "../../../local/account/lockFile";

describe("a lock file", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "lock-"));
    file = join(folder, "lock");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("holds the number of the process that takes it, and is all that is left there", () => {
    assert.equal(takeLockFile(file), undefined);
    assert.equal(readFileSync(file, "utf8"), String(process.pid));
    assert.deepEqual(readdirSync(folder), ["lock"]);
  });

  it("names its holder as long as that runs", () => {
    takeLockFile(file);
    assert.equal(takeLockFile(file), process.pid);
    assert.deepEqual(readdirSync(folder), ["lock"]);
  });

  it("is taken from a process that has ended", () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file, String(pid));
    assert.equal(takeLockFile(file), undefined);
  });

  it("is taken from a process of another command, whose number is that of a holder that has ended", function () {
    if (!existsSync("/proc/self/cmdline")) this.skip();
    const sleeper = spawn("sleep", ["60"]);
    try {
      writeFileSync(file, String(sleeper.pid));
      assert.equal(takeLockFile(file), sleeper.pid);
      assert.equal(takeLockFile(file, /node/), undefined);
    } finally {
      sleeper.kill();
    }
  });

  for (const text of ["", "-1", "none"]) {
    it(`is taken when it holds "${text}"`, () => {
      writeFileSync(file, text);
      assert.equal(takeLockFile(file), undefined);
    });
  }

  it("that cannot be made is an error", () => {
    assert.throws(() => takeLockFile(join(folder, "missing", "lock")), { code: "ENOENT" });
  });
});
