import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

describe("bundles of an earlier version", () => {
  it("are removed with their source maps, and nothing else is", () => {
    const { removeOldBundles } = require("../../tools/oldBundles.mjs");
    const folder = mkdtempSync(join(tmpdir(), "bundles-"));
    try {
      mkdirSync(join(folder, "public"));
      for (const name of ["new.js", "new.js.map", "old.js", "old.js.map", "new.js.12.tmp", "x"]) {
        writeFileSync(join(folder, name), "");
      }
      removeOldBundles([join(folder, "new.js")]);
      const left = ["new.js", "new.js.12.tmp", "new.js.map", "public", "x"];
      assert.deepEqual(readdirSync(folder).sort(), left);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
