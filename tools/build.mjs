// Bundles the compiled parts. `node tools/build.mjs [name ...]` builds the named ones, all by default.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeOldBundles } from "./oldBundles.mjs";
import { buildPublicFiles } from "./publicFiles.mjs";
import { replaceFile } from "./replaceFile.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const esbuild = createRequire(import.meta.url)("esbuild");

/** The Lambda runtime brings the AWS SDK; the policy SDK must be the one that runs the pack. */
const bundles = {
  gateway: { entry: "gateway/main.ts", out: "gateway/bin/gateway.js" },
  "auth-hook": { entry: "gateway/mediamtx/authHookMain.ts", out: "gateway/bin/authHookMain.js" },
  sources: { entry: "gateway/sources/sourcesMain.ts", out: "gateway/bin/sourcesMain.js" },
  auth: {
    entry: "lambda/auth/index.ts",
    out: "lambda/auth/bin/index.js",
    external: ["@aws-sdk/*"],
  },
  policy: { entry: "policy/index.ts", out: "policy/bin/index.js", external: ["@pulumi/*"] },
  providers: {
    entry: "local/providers/main.ts",
    out: "local/providers/bin/provider.js",
    // Looked up, never called, by a part of @pulumi/pulumi that installs packages: node-gyp. Most of what each provider
    // would read at its start, and only awsx needs it: typescript.
    external: ["node-gyp", "typescript"],
    sourcemap: false,
  },
  "language-host": { entry: "tools/languageHost.ts", out: "tools/bin/languageHost.js" },
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !(name in bundles));
if (unknown.length > 0) {
  console.error(`unknown bundle ${unknown.join(", ")}; known: ${Object.keys(bundles).join(", ")}`);
  process.exit(2);
}
async function build(name) {
  const { entry, out, external = [], sourcemap = true } = bundles[name];
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    outfile: join(root, out),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    sourcemap,
    minify: name === "auth",
    external,
    logLevel: "warning",
    write: false,
  });
  for (const { path, contents } of outputFiles) replaceFile(path, contents);
  if (name === "gateway") {
    await buildPublicFiles(root, esbuild);
    makeRecordingsFolder();
  }
}

/** What the image's folder for recordings is copied from; a build context needs a file in it. */
function makeRecordingsFolder() {
  const folder = join(root, "gateway/bin/recordings");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, ".keep"), "");
}

await Promise.all((names.length > 0 ? names : Object.keys(bundles)).map(build));
if (names.length === 0) {
  removeOldBundles(Object.values(bundles).map(({ out }) => join(root, out)));
}
