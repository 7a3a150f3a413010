import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");

describe("docs/CLIENTS.md", () => {
  const document = join(root, "docs/CLIENTS.md");

  it("names specs that there are", () => {
    const named = [...readFileSync(document, "utf8").matchAll(/`(test\/[^`]+\.spec\.ts)`/g)];
    assert.ok(named.length > 20, `${named.length} specs are named`);
    const missing = named
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(root, path)));
    assert.deepEqual(missing, []);
  });
});
