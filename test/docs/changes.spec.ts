import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { changesTable } from "../e2e/changes";

describe("the table of changes in docs/OPERATIONS.md", () => {
  it("is the one that the end-to-end tests prove", () => {
    const text = readFileSync(join(__dirname, "../../docs/OPERATIONS.md"), "utf8");
    const table = /<!-- changes -->\n+(.*?)\n+<!-- \/changes -->/s.exec(text)?.[1];
    assert.equal(table, changesTable());
  });
});
