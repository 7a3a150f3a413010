// The static files of the gateway's web page and documentation, into gateway/bin/public.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { replaceFile } from "./replaceFile.mjs";

const require = createRequire(import.meta.url);

export async function buildPublicFiles(root, esbuild) {
  const out = join(root, "gateway/bin/public");
  const files = new Map();
  const { outputFiles } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["gateway/web/page.ts", "gateway/web/docs.ts"],
    outdir: out,
    bundle: true,
    platform: "browser",
    target: ["chrome100", "firefox100", "safari15"],
    minify: true,
    logLevel: "warning",
    write: false,
  });
  for (const { path, contents } of outputFiles) files.set(basename(path), contents);
  for (const name of ["page.html", "page.css", "docs.html"]) {
    files.set(name, readFileSync(join(root, "gateway/web", name)));
  }
  const modules = join(root, "node_modules");
  for (const name of ["swagger-ui-bundle.js", "swagger-ui.css"]) {
    files.set(name, readFileSync(join(modules, "@fastify/swagger-ui/static", name)));
  }
  const mediamtx = join(root, "third_party/mediamtx");
  const document = require("yaml").parse(readFileSync(join(mediamtx, "openapi.yaml"), "utf8"));
  files.set("mediamtx-openapi.json", JSON.stringify(document));
  files.set(
    "licences.txt",
    [
      ["MediaMTX's OpenAPI document", readFileSync(join(mediamtx, "LICENSE"), "utf8")],
      ["hls.js", readFileSync(join(modules, "hls.js/LICENSE"), "utf8")],
      [
        "Swagger UI (Apache License 2.0), as packed by @fastify/swagger-ui",
        readFileSync(join(modules, "@fastify/swagger-ui/LICENSE"), "utf8"),
      ],
      ["Apache License 2.0", readFileSync(join(root, "LICENSE"), "utf8")],
    ]
      .map(([title, text]) => `${title}\n${"=".repeat(title.length)}\n\n${text.trim()}\n`)
      .join("\n"),
  );
  for (const [name, contents] of files) replaceFile(join(out, name), contents);
  for (const name of readdirSync(out)) if (!files.has(name)) rmSync(join(out, name));
}
