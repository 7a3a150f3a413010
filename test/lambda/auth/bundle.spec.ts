import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../../..");
const bundle = join(root, "lambda/auth/bin/index.js");

describe("bundle of the auth function", () => {
  before(() => {
    execFileSync(process.execPath, [join(root, "tools/build.mjs"), "auth"]);
  });

  it("is smaller than 150 KB", () => {
    assert.ok(statSync(bundle).size < 150_000);
  });

  it("runs in plain Node and exports the handler alone", () => {
    const script = `console.log(JSON.stringify(Object.entries(require(${JSON.stringify(bundle)})).map(([k, v]) => [k, typeof v])))`;
    const output = execFileSync(process.execPath, ["-e", script], { encoding: "utf8" });
    assert.deepEqual(JSON.parse(output), [["handler", "function"]]);
  });
});
