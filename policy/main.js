// Entry point of the pack: loads the bundle, and says what to do when it is missing or older than its sources.
"use strict";

const { existsSync, readdirSync, statSync } = require("node:fs");
const { join } = require("node:path");

const bundle = join(__dirname, "bin", "index.js");

/** TypeScript files that go into the bundle; none where only the built pack is installed. */
function sources() {
  const policy = readdirSync(__dirname, { recursive: true })
    .filter((file) => file.endsWith(".ts") && !file.includes("node_modules"))
    .map((file) => join(__dirname, file));
  return [...policy, join(__dirname, "..", "components", "ports.ts")].filter(existsSync);
}

/** What is wrong with the bundle, "" when it may be loaded. */
function fault() {
  if (!existsSync(bundle)) return `the compiled policy pack "${bundle}" is missing`;
  const built = statSync(bundle).mtimeMs;
  const newer = sources().find((file) => statSync(file).mtimeMs > built);
  return newer ? `the compiled policy pack "${bundle}" is older than "${newer}"` : "";
}

const reason = fault();
if (reason) {
  console.error(`${reason}: run "npm run build" in the repository of the pack`);
  process.exit(1);
}
require(bundle);
