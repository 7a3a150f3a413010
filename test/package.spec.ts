/** The package as it is packed and installed: its files, its dependencies, its types in a program of Pulumi's template. */
import { strict as assert } from "node:assert";
import { execFileSync, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { keys } from "../config/keys";
import { checkout } from "../local/cloud/paths";
import { bin, dependencies } from "../package.json";

/** And what each program of Pulumi's template has. */
const installed = [...Object.keys(dependencies), "@types/node"];

const document = readFileSync(join(checkout, "docs/LIBRARY.md"), "utf8");
const examples = [...document.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

describe("the package", () => {
  let program: string;
  let folder: string;
  let files: string[];

  before(function () {
    this.timeout(180_000);
    mkdirSync(join(checkout, "dist"), { recursive: true });
    writeFileSync(join(checkout, "dist/renamedSince.js"), "");
    execFileSync("npm", ["run", "--silent", "prepack"], { cwd: checkout });
    program = mkdtempSync(join(tmpdir(), "program-"));
    folder = join(program, "node_modules/tak-media-infra");
    mkdirSync(folder, { recursive: true });
    const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", program];
    const archive = execFileSync("npm", args, { cwd: checkout, encoding: "utf8" }).trim();
    execFileSync("tar", ["-xzf", join(program, archive), "-C", folder, "--strip-components=1"]);
    for (const name of installed) {
      const link = join(program, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(checkout, "node_modules", name), link);
    }
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  });
  after(() => rmSync(program, { recursive: true, force: true }));

  it("holds the library with its declarations and the bundles, and nothing else", () => {
    const modules = files.filter((path) => /^dist\/.*\.js$/.test(path));
    assert.ok(modules.includes("dist/library.js"));
    assert.ok(!modules.includes("dist/renamedSince.js"));
    for (const module of modules) {
      assert.match(
        module,
        /^dist\/(automation|components|config|shared)\/|^dist\/(index|library)\.js$/,
      );
      assert.ok(files.includes(module.replace(/js$/, "d.ts")), `${module} has no declarations`);
    }
    const others = files.filter((path) => !path.startsWith("dist/"));
    assert.deepEqual(others.filter((path) => !path.startsWith("gateway/bin/public/")).sort(), [
      "LICENSE",
      "Pulumi.yaml",
      "README.md",
      // npm takes the program of "bin" along.
      bin["tak-media"],
      "gateway/Dockerfile",
      "gateway/bin/authHookMain.js",
      "gateway/bin/gateway.js",
      "gateway/bin/recordings/.keep",
      "gateway/bin/sourcesMain.js",
      "gateway/mediamtx/image/Dockerfile",
      // npm takes "main" along, the entry of the Pulumi CLI.
      "index.ts",
      "lambda/auth/bin/index.js",
      "package.json",
      "policy/PulumiPolicy.yaml",
      "policy/bin/index.js",
      "policy/main.js",
      "policy/package.json",
    ]);
  });

  it("depends on the packages that it imports, and on no other", () => {
    const imported = files
      .filter((path) => /^(dist|policy)\/.*\.(js|d\.ts)$/.test(path))
      .flatMap((path) => [
        ...readFileSync(join(folder, path), "utf8").matchAll(
          /\b(?:require\(|from |import\()"([^".][^"]*)"/g,
        ),
      ])
      .map(([, specifier = ""]) => specifier)
      .filter((specifier) => !isBuiltin(specifier) && specifier !== "tak-media-infra");
    const packages = imported.map((specifier) =>
      specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/"),
    );
    assert.deepEqual([...new Set(packages)].sort(), Object.keys(dependencies).sort());
  });

  it("tells an editor what each argument is for, what is allowed and what holds without it", () => {
    const declarations = readFileSync(join(folder, "dist/config/mediaInfraArgs.d.ts"), "utf8");
    const comments = [
      ...declarations.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s+readonly (\w+)\?:/g),
    ].map(([, comment = "", name]) => ({ comment, name }));
    assert.deepEqual(
      comments.map(({ name }) => name),
      Object.keys(keys),
    );
    for (const { comment } of comments) {
      assert.match(comment, /\* \w[\s\S]*\* Allowed: \w[\s\S]*\* (@default \S|Required, unless)/);
    }
  });

  it("loads where nothing but these is installed", () => {
    const script = `
      const { MediaInfra, deploy } = require("tak-media-infra");
      console.log(typeof MediaInfra, typeof deploy);`;
    const said = execFileSync(process.execPath, ["-e", script], { cwd: program, encoding: "utf8" });
    assert.equal(said, "function function\n");
  });

  it("finds its bundles without the source maps that tell a checkout whether they are current", () => {
    const script = `
      const { bundlePath } = require("./node_modules/tak-media-infra/dist/components/bundle");
      console.log(bundlePath("lambda/auth/bin/index.js"));`;
    const said = execFileSync(process.execPath, ["-e", script], { cwd: program, encoding: "utf8" });
    assert.equal(said, `${join(realpathSync(folder), "lambda/auth/bin/index.js")}\n`);
    assert.deepEqual(
      files.filter((path) => path.endsWith(".map")),
      [],
    );
  });

  // Pulumi's template of old programs, and today's.
  for (const [module, moduleResolution] of [
    ["commonjs", "node"],
    ["nodenext", "nodenext"],
  ]) {
    it(`has types for the examples of docs/LIBRARY.md with moduleResolution ${moduleResolution}`, function () {
      this.timeout(120_000);
      assert.ok(examples.length > 1);
      const files = examples.map((example, index) => {
        writeFileSync(join(program, `example${index}.ts`), example);
        return `example${index}.ts`;
      });
      const compilerOptions = {
        ...{ strict: true, outDir: "bin", target: "es2020", module, moduleResolution },
        ...{
          sourceMap: true,
          experimentalDecorators: true,
          pretty: false,
          noImplicitReturns: true,
        },
        ...{ noFallthroughCasesInSwitch: true, forceConsistentCasingInFileNames: true },
      };
      writeFileSync(join(program, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
      const tsc = join(checkout, "node_modules/typescript/bin/tsc");
      const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", program], {
        encoding: "utf8",
      });
      assert.equal(status, 0, stdout);
    });
  }
});
