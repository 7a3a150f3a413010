// Everything that a fresh clone needs: a Node that is not too old, node_modules, the compiled parts, the Pulumi CLI, MediaMTX, and with
// `--tests` the streaming clients, with `--bench` the forwarders that the benchmark compares with, with `--fuzz` the API's
// fuzzer, with `--fidelity` the validators of resource graphs. Each step is skipped when its result is there. Run by `npm start` and
// `npm test`.
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { replaceFile } from "./replaceFile.mjs";
import { modulesAreCurrent } from "./toolchain/modules.mjs";
import { setUpNode } from "./toolchain/node.mjs";
import { cacheDirectory, endOnSignals, root, run, say } from "./toolchain/shell.mjs";

async function setUpModules() {
  if (modulesAreCurrent(root)) return;
  const label = "node_modules: npm ci (about a minute, once)";
  say(label);
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { label });
}

/** npm's scripts look in node_modules/.bin before the PATH, so all that they start runs on this Node. */
function linkNode(node) {
  const link = join(root, "node_modules/.bin/node");
  if (existsSync(link) && readlinkSync(link) === node) return;
  rmSync(link, { force: true });
  symlinkSync(node, link);
}

async function main() {
  const node = await setUpNode();
  const isBrought = node.startsWith(cacheDirectory);
  if (isBrought) process.env.PATH = `${dirname(node)}${delimiter}${process.env.PATH}`;
  await setUpModules();
  if (isBrought) linkNode(node);
  await run(node, [join(root, "tools/build.mjs")]);
  const { setUpPulumi } = await import("./toolchain/pulumi.mjs");
  const { setUpMediamtx, version } = await import("./toolchain/mediamtx.mjs");
  const { setUpClients } = await import("./toolchain/clients.mjs");
  const toolchain = {
    node: isBrought ? dirname(node) : undefined,
    pulumi: await setUpPulumi(),
    mediamtx: await setUpMediamtx(),
    mediamtxVersion: version,
  };
  if (process.argv.includes("--fuzz")) {
    const { setUpSchemathesis } = await import("./toolchain/schemathesis.mjs");
    toolchain.schemathesis = await setUpSchemathesis();
  }
  if (process.argv.includes("--fidelity")) {
    const { setUpFidelity } = await import("./toolchain/fidelity.mjs");
    toolchain.fidelity = await setUpFidelity();
  }
  if (process.argv.includes("--tests")) {
    const { setUpCurrentFfmpeg } = await import("./toolchain/ffmpeg.mjs");
    toolchain.currentFfmpeg = await setUpCurrentFfmpeg();
  }
  for (const group of ["tests", "bench"]) {
    if (process.argv.includes(`--${group}`)) await setUpClients(group);
  }
  mkdirSync(join(root, ".local"), { recursive: true });
  const file = join(root, ".local/toolchain.json");
  // What an earlier set-up found for tests alone stays known.
  const known = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  replaceFile(file, `${JSON.stringify({ ...known, ...toolchain }, null, 2)}\n`);
}

endOnSignals();
main().catch((error) => {
  console.error(`\n${error.message}`);
  process.exit(error.exitCode ?? 1);
});
