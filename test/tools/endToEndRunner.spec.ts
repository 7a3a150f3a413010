import { strict as assert } from "node:assert";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { specFiles, workerCount } from "../e2e/specFiles";

const folder = join(__dirname, "../e2e");
const namesOf = (files: readonly string[]) => files.map((file) => basename(file, ".spec.ts"));

describe("the end-to-end runner", () => {
  it("takes every spec once, the slowest first", () => {
    const names = namesOf(specFiles());
    assert.deepEqual(names.slice(0, 3), ["changes", "revocation", "start"]);
    assert.equal(new Set(names).size, names.length);
    const found = execFileSync("find", [folder, join(folder, "../start"), "-name", "*.spec.ts"], {
      encoding: "utf8",
    });
    assert.deepEqual([...specFiles()].sort(), found.trim().split("\n").sort());
  });

  it("takes the specs that end the shared system last where one process runs them all", () => {
    assert.deepEqual(namesOf(specFiles([], true)).slice(-2), ["start", "walkthrough"]);
  });

  it("takes those that are named, and names all that it does not know", () => {
    assert.deepEqual(namesOf(specFiles(["api", "smoke"])), ["smoke", "api"]);
    assert.throws(() => specFiles(["smok", "api", "pag"]), /^Error: no end-to-end spec smok, pag;/);
  });

  it("runs one file at a time more than there are cores, as far as memory goes", () => {
    const gib = 2 ** 30;
    assert.deepEqual(
      [workerCount(2, 16 * gib), workerCount(8, 8 * gib), workerCount(2, gib)],
      [3, 4, 1],
    );
  });

  it("starts workers that have every port to themselves and still talk to their parent", async function () {
    if (spawnSync("unshare", ["--net", "ip", "link", "set", "lo", "up"]).status !== 0) this.skip();
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const listenAndReport = `require("node:net").createServer().listen(${port}, "127.0.0.1", () =>
      process.send(process.argv.slice(1), () => process.exit()));`;
    const worker = spawn(
      join(folder, "nodeInOwnNetwork.sh"),
      ["-e", listenAndReport, "two words"],
      {
        env: { ...process.env, E2E_NODE: process.execPath },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    try {
      const [message] = await once(worker, "message");
      assert.deepEqual(message, ["two words"]);
    } finally {
      worker.kill();
      taken.close();
    }
  });
});
