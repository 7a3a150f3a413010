import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policiesDocument } from "../../policy/policiesMarkdown";
import { rules } from "../../policy/rules";

describe("docs/POLICIES.md", () => {
  it("is what the rules say; `npm run policies:docs` writes it", () => {
    const written = readFileSync(join(__dirname, "../../docs/POLICIES.md"), "utf8");
    assert.equal(written, policiesDocument());
  });

  it("has as many rules as README.md says", () => {
    const readme = readFileSync(join(__dirname, "../../README.md"), "utf8");
    assert(readme.includes(`policy pack** of ${rules.length} rules`));
  });

  it("has the place that each rule's url names", () => {
    const text = policiesDocument();
    for (const { name } of rules) assert(text.includes(`\n### ${name}\n`), name);
    assert(text.includes("\n## Waivers\n"));
  });
});
