// The Pulumi CLI and its Node language host.
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { findGo, goBuild } from "./go.mjs";
import { cached, existing, firstOf, root, run, say, unpackRelease, which } from "./shell.mjs";

export const version = "3.259.0";
const oldestSupported = [3, 259];

/** The CLI on PATH counts when it brings its language host and is not older than the SDK. */
async function onPath() {
  const cli = which("pulumi");
  if (!cli) throw new Error("no pulumi there");
  if (!which("pulumi-language-nodejs")) throw new Error(`${cli} has no pulumi-language-nodejs`);
  const found = (await run(cli, ["version"])).trim();
  const [major, minor] = found.replace(/^v/, "").split(".").map(Number);
  if (major < oldestSupported[0] || (major === oldestSupported[0] && minor < oldestSupported[1])) {
    throw new Error(`${cli} is ${found}, older than v${oldestSupported.join(".")}`);
  }
  return dirname(cli);
}

async function official(folder) {
  const system = { linux: "linux", darwin: "darwin" }[platform()];
  const machine = { x64: "x64", arm64: "arm64" }[arch()];
  if (!system || !machine) throw new Error(`no release for ${platform()} ${arch()}`);
  mkdirSync(join(folder, "bin"));
  await unpackRelease({
    archiveUrl: `https://get.pulumi.com/releases/sdk/pulumi-v${version}-${system}-${machine}.tar.gz`,
    checksumsUrl: `https://github.com/pulumi/pulumi/releases/download/v${version}/pulumi-${version}-checksums.txt`,
    into: join(folder, "bin"),
    strip: 1,
  });
}

/** The module has no language host that fits, so ours (tools/languageHost.ts) stands beside the binary. */
async function fromModule(folder) {
  const go = await findGo();
  const label = `Pulumi CLI ${version}: building from its Go module (5 to 15 minutes, once)`;
  say(label);
  const source = join(folder, "source");
  mkdirSync(source);
  for (const file of ["go.mod", "go.sum"]) {
    copyFileSync(join(root, "tools/pulumi-cli", file), join(source, file));
  }
  await goBuild({
    go,
    cwd: source,
    target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(folder, "bin", "pulumi"),
    ldflags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    label,
  });
}

/** Puts the current language host beside a CLI that was built here; the renaming keeps a running one whole. */
async function installLanguageHost(bin) {
  const bundle = await readFile(join(root, "tools/bin/languageHost.js"), "utf8");
  const file = join(bin, "pulumi-language-nodejs");
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `#!/usr/bin/env node\n${bundle}`, { mode: 0o755 });
  renameSync(fresh, file);
  return bin;
}

const built = `pulumi-v${version}`;
const released = `pulumi-official-v${version}`;

/** Folder that holds `pulumi` and `pulumi-language-nodejs`. */
export async function setUpPulumi() {
  return firstOf(
    "Pulumi CLI",
    [
      ["on PATH", onPath],
      ["cached release", async () => join(await existing(released), "bin")],
      ["cached build", async () => installLanguageHost(join(await existing(built), "bin"))],
      ["official release", async () => join(await cached(released, official), "bin")],
      ["Go module", async () => installLanguageHost(join(await cached(built, fromModule), "bin"))],
    ],
    "Install it as https://www.pulumi.com/docs/install/ says, then run the command again.",
  );
}
