import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi";
import { buildSync } from "esbuild";
import { bundlePath } from "../../components/bundle";

describe("built files", () => {
  let folder: string;
  const path = (name: string) => join(folder, name);
  const bundle = () => path("bin/main.js");
  const build = () =>
    buildSync({
      entryPoints: [path("main.ts")],
      outfile: bundle(),
      bundle: true,
      minify: true,
      sourcemap: true,
    });
  const refusal = (message: RegExp) => (error: unknown) =>
    RunError.isInstance(error) && message.test(error.message);

  const sources = {
    "main.ts": 'import { greeting } from "./deep";\nconsole.log(greeting);\n',
    "deep.ts": 'export const greeting = "hello";\n',
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "built-files-"));
    for (const [name, text] of Object.entries(sources)) writeFileSync(path(name), text);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are taken when they were made from the sources as they are", () => {
    build();
    assert.equal(bundlePath(bundle()), bundle());
  });

  it("are refused when missing, with the command that makes them", () => {
    assert.throws(
      () => bundlePath(bundle()),
      refusal(/bin\/main\.js is missing; make it with `npm run build`$/),
    );
  });

  it("are refused without the source map that tells what they were made from", () => {
    build();
    rmSync(`${bundle()}.map`);
    assert.throws(() => bundlePath(bundle()), refusal(/bin\/main\.js is missing; make it/));
  });

  for (const [source, text] of Object.entries(sources)) {
    it(`are refused after a change of ${source}, and taken when built anew`, () => {
      build();
      // A comment leaves the bundle as it is.
      writeFileSync(path(source), `// changed\n${text}`);
      assert.throws(
        () => bundlePath(bundle()),
        refusal(new RegExp(`was made before .*${source} changed; make it anew with`)),
      );
      build();
      assert.equal(bundlePath(bundle()), bundle());
    });
  }

  it("are refused when a source is gone", () => {
    build();
    rmSync(path("deep.ts"));
    assert.throws(() => bundlePath(bundle()), refusal(/was made before .*deep\.ts changed/));
  });
});
