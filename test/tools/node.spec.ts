import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const moduleUrl = pathToFileURL(join(__dirname, "../../tools/toolchain/node.mjs")).href;

/** What the set-up would run on, on a machine whose Node has this version. */
function nodeFor(running: string): string {
  const script = `import { setUpNode } from ${JSON.stringify(moduleUrl)};
    console.log(await setUpNode(${JSON.stringify(running)}));`;
  return execFileSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

const versionOf = (node: string) => execFileSync(node, ["--version"], { encoding: "utf8" }).trim();

describe("the Node that everything runs on", () => {
  for (const running of ["22.13.0", "24.0.0", "26.1.0"]) {
    it(`is the machine's own when that is ${running}`, () => {
      assert.equal(nodeFor(running), process.execPath);
    });
  }

  it("comes from npm's registry when the machine's own is older, and is whole", function () {
    this.timeout(120_000);
    for (const older of ["20.20.2", "22.12.0"]) {
      assert.match(versionOf(nodeFor(older)), /^v24\./);
    }
  });

  it("is new enough for the tests themselves", () => {
    assert.ok(Number(process.versions.node.split(".")[0]) >= 22, process.versions.node);
  });
});
