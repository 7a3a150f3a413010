import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";

const checkout = join(__dirname, "../..");
const configuration = join(checkout, ".dependency-cruiser.mjs");

interface Part {
  readonly files: string;
  readonly mayImport: readonly string[];
}

const parts: Readonly<Record<string, Part>> = JSON.parse(
  execFileSync(
    process.execPath,
    [
      ...["--input-type=module", "-e"],
      `import { parts } from ${JSON.stringify(pathToFileURL(configuration).href)};
       console.log(JSON.stringify(parts));`,
    ],
    { encoding: "utf8" },
  ),
);
const names = Object.keys(parts);

/** A file of a part that no row names: `^gateway/` -> gateway/planted.ts, `^index\.ts$` -> index.ts. */
function fileOf(name: string): string {
  const pattern = (parts[name]?.files ?? `^${name}/`).replace(/^\^/, "").replaceAll("\\", "");
  return pattern.endsWith("/") ? `${pattern}planted.ts` : pattern.replace(/\$$/, "");
}

/** Lints a tree in which each part imports these others; gives the pairs "from -> to" that these rules refuse. */
function refused(imports: ReadonlyMap<string, readonly string[]>, rules = /-imports$/): string[] {
  const folder = mkdtempSync(join(tmpdir(), "imports-"));
  try {
    cpSync(configuration, join(folder, ".dependency-cruiser.mjs"));
    writeFileSync(join(folder, "tsconfig.json"), '{ "compilerOptions": { "module": "nodenext" } }');
    writeFileSync(join(folder, "package.json"), "{}");
    for (const name of [...names, "test", "bench"]) {
      const file = fileOf(name);
      const lines = (imports.get(name) ?? []).map((other) => {
        const target = relative(dirname(file), fileOf(other)).replace(/\.ts$/, "");
        return `import type {} from "${target.startsWith(".") ? target : `./${target}`}";\n`;
      });
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${lines.join("")}export {};\n`);
    }
    const program = join(checkout, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [program, "--no-progress", "--output-type", "json", "."],
      { cwd: folder, encoding: "utf8" },
    );
    assert.ok(stdout, stderr);
    const { violations } = JSON.parse(stdout).summary as {
      violations: { from: string; to: string; rule: { name: string } }[];
    };
    return violations
      .filter(({ rule }) => rules.test(rule.name))
      .map(({ from, to }) => `${from} -> ${to}`)
      .sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("who may import whom", () => {
  it("is held for each part: every import that its row does not name is refused, types too", function () {
    this.timeout(60_000);
    const forbidden = new Map(
      names.map((name) => {
        const allowed = parts[name]?.mayImport ?? [];
        const others = [...names, "test", "bench"].filter(
          (other) => other !== name && !allowed.includes(other),
        );
        return [name, others];
      }),
    );
    const expected = [...forbidden].flatMap(([name, others]) =>
      others.map((other) => `${fileOf(name)} -> ${fileOf(other)}`),
    );
    assert.ok(expected.length > names.length);
    assert.deepEqual(refused(forbidden), expected.sort());
  });

  it("lets each part import what its row names", function () {
    this.timeout(60_000);
    const allowed = new Map(
      names.map((name) => [name, (parts[name]?.mayImport ?? []).filter((other) => other in parts)]),
    );
    assert.deepEqual(refused(allowed), []);
  });

  it("lets no part's files import each other in a circle, types included", function () {
    this.timeout(60_000);
    const circle = new Map([
      ["test", ["bench"]],
      ["bench", ["test"]],
    ]);
    assert.equal(refused(circle, /^no-circles$/).length, 1);
  });

  it("is what docs/ARCHITECTURE.md says", () => {
    const document = readFileSync(join(checkout, "docs/ARCHITECTURE.md"), "utf8");
    const [, table = ""] = /<!-- imports -->\n(.*?)<!-- \/imports -->/s.exec(document) ?? [];
    const rows = [...table.matchAll(/^\| (\w+) \| `[^|]*\| (.*?) \|$/gm)].map(
      ([, name = "", list = ""]) => [name, list === "-" ? [] : list.split(", ")],
    );
    const plain = (pattern: string) =>
      pattern.replace(/^\^/, "").replace(/\$$/, "").replaceAll("\\", "");
    const expected = names.map((name) => [
      name,
      (parts[name]?.mayImport ?? []).map((other) =>
        other in parts ? other : `\`${plain(other)}\``,
      ),
    ]);
    assert.deepEqual(rows, expected);
  });
});
