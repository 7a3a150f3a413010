import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { join } from "node:path";

const { spec }: { readonly spec: readonly string[] } = require("../unit.mocharc.cjs");

describe("the unit tests", () => {
  it("begin with specs that there are", () => {
    const root = join(__dirname, "../..");
    const first = spec.filter((name) => !name.includes("*"));
    assert.ok(first.length > 0);
    assert.deepEqual(
      first.filter((name) => !existsSync(join(root, name))),
      [],
    );
  });
});
