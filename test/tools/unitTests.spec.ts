import { strict as assert } from "node:assert";
import { globSync } from "node:fs";
import { join } from "node:path";

const { spec }: { readonly spec: readonly string[] } = require("../unit.mocharc.cjs");

const root = join(__dirname, "../..");

describe("the unit tests", () => {
  it("are all specs but those that need a whole system, each once", () => {
    const all = globSync("test/**/*.spec.ts", { cwd: root });
    assert.deepEqual(
      [...spec].sort(),
      all.filter((path) => !/^test\/(e2e|start)\//.test(path)).sort(),
    );
  });
});
