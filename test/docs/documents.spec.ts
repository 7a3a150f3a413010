import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../..");
const documents = [
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  ...readdirSync(join(root, "docs"), { recursive: true })
    .map((name) => `docs/${name}`)
    .filter((name) => name.endsWith(".md")),
];
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** As GitHub makes it of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

const folders =
  "automation|bench|cli|components|config|examples|gateway|lambda|local|policy|shared|test|tools";
/** In backquotes, without wildcards and without what a build makes. */
const sourcePaths = new RegExp(`\`((?:${folders})/(?:(?!/?bin/)[\\w./-])*)\``, "g");

describe("the documents", () => {
  for (const file of documents) {
    it(`${file} links to files and headings that exist`, () => {
      for (const [, target = "", anchor] of read(file).matchAll(
        /\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g,
      )) {
        // /assets/ are paths of the running API, in a rule's example.
        if (/^(https?:|\/)/.test(target)) continue;
        const path = target === "" ? file : join(dirname(file), target);
        assert.ok(existsSync(join(root, path)), `${target} does not exist`);
        if (anchor !== undefined) {
          assert.ok(anchorsOf(path).includes(anchor), `${path} has no heading #${anchor}`);
        }
      }
    });
  }

  for (const file of documents) {
    it(`${file} names source files that exist`, () => {
      for (const [, path = ""] of read(file).matchAll(sourcePaths)) {
        assert.ok(existsSync(join(root, path)), `${path} does not exist`);
      }
    });
  }

  it("lead from each task to files that exist", () => {
    const [, section = ""] = /^## Where to begin\n(.*?)^## /ms.exec(read("CONTRIBUTING.md")) ?? [];
    const paths = [...section.matchAll(/`([^`]+)`/g)]
      .map(([, code = ""]) => code)
      .filter((code) => !code.startsWith("npm "));
    assert.ok(paths.length > 15);
    for (const path of paths) assert.ok(existsSync(join(root, path)), `${path} does not exist`);
  });
});
