// Entry point of the pack: loads the bundle, and says what to do when it is missing or older than its sources.
"use strict";

const { existsSync, readFileSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");

const bundle = join(__dirname, "bin", "index.js");
const map = `${bundle}.map`;

/** A source whose text is not the one in the bundle; none where only the built pack is installed, without a source map. */
function changedSource() {
  if (!existsSync(map)) return undefined;
  const { sources, sourcesContent } = JSON.parse(readFileSync(map, "utf8"));
  return sources
    .map((source, index) => ({ path: join(dirname(bundle), source), text: sourcesContent[index] }))
    .find(({ path, text }) => existsSync(path) && readFileSync(path, "utf8") !== text)?.path;
}

/** What is wrong with the bundle, "" when it may be loaded. */
function fault() {
  if (!existsSync(bundle)) return `the compiled policy pack "${bundle}" is missing`;
  const changed = changedSource();
  const name = changed && relative(dirname(__dirname), changed);
  return changed ? `the compiled policy pack "${bundle}" was made before "${name}" changed` : "";
}

const reason = fault();
if (reason) {
  console.error(`${reason}: run "npm run build" in the repository of the pack`);
  process.exit(1);
}
require(bundle);
