import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");
const production = ["config", "components", "policy", "lambda", "gateway", "automation", "cli"];
const files = [
  ...["config/index.ts", "index.ts", "library.ts"],
  ...production.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.includes("node_modules"))
      .map((name) => join(folder, name)),
  ),
];

/** AWS in China and GovCloud has other partitions in its ARNs. */
describe("production code", () => {
  it("names no partition of AWS in an ARN", () => {
    assert.ok(files.length > 200);
    const named = files.filter((file) =>
      /arn:aws(-[a-z-]+)?:/.test(readFileSync(join(root, file), "utf8")),
    );
    assert.deepEqual(named, []);
  });
});
