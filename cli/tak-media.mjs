#!/usr/bin/env node
// `npx tak-media` in a checkout: registers the TypeScript loader as the npm scripts do, then runs main.ts.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
if (existsSync(new URL("main.ts", import.meta.url))) {
  require("ts-node").register({
    project: fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
  });
  require("./main.ts");
} else {
  console.error(
    "tak-media works in a checkout of tak-media-infra; the package has its commands as functions, see docs/LIBRARY.md",
  );
  process.exitCode = 1;
}
