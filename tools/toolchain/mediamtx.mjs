// The real MediaMTX with its own mediamtx.yml, which is what the official image holds.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import { findGo, goBuild } from "./go.mjs";
import { cached, existing, firstOf, root, run, say, unpackRelease, which } from "./shell.mjs";

/** The default of the configuration key mediamtxVersion. */
export const { version } = JSON.parse(readFileSync(join(root, "shared/mediamtx.json"), "utf8"));

/** What the checksum database says of the module, so that a build cannot start from other bytes. */
const moduleSum = "h1:nY/EAViwn1zN9krUOTCsuU7v+cAdJ62jdrcc8pI9grI=";

async function onPath() {
  const binary = which("mediamtx");
  if (!binary) throw new Error("no mediamtx there");
  const found = (await run(binary, ["--version"])).trim();
  if (found !== `v${version}`) throw new Error(`${binary} is ${found}, v${version} is needed`);
  const folder = dirname(realpathSync(binary));
  if (!existsSync(join(folder, "mediamtx.yml")))
    throw new Error(`no mediamtx.yml beside ${binary}`);
  return folder;
}

async function official(folder) {
  const machine = { x64: "amd64", arm64: "arm64" }[arch()];
  if (!["linux", "darwin"].includes(platform()) || !machine) {
    throw new Error(`no release for ${platform()} ${arch()}`);
  }
  const base = `https://github.com/bluenviron/mediamtx/releases/download/v${version}`;
  await unpackRelease({
    archiveUrl: `${base}/mediamtx_v${version}_${platform()}_${machine}.tar.gz`,
    checksumsUrl: `${base}/checksums.sha256`,
    into: folder,
  });
}

/** Two generated files are not in the module: the version and hls.js, which npm has (docs/6-misc/1-compile.md). */
async function fromModule(folder) {
  const go = await findGo();
  const label = `MediaMTX ${version}: building from its Go module (2 to 6 minutes, once)`;
  say(label);
  const source = join(folder, "source");
  const module = JSON.parse(
    await run(go, ["mod", "download", "-json", `github.com/bluenviron/mediamtx@v${version}`], {
      env: { GOTOOLCHAIN: "local", GOFLAGS: "-mod=mod" },
      cwd: folder,
    }),
  );
  if (module.Sum !== moduleSum)
    throw new Error(`the module has sum ${module.Sum}, expected ${moduleSum}`);
  cpSync(module.Dir, source, { recursive: true });
  await run("chmod", ["-R", "u+w", source]);
  writeFileSync(join(source, "internal/core/VERSION"), `v${version}`);
  copyFileSync(
    join(root, "node_modules/hls.js/dist/hls.min.js"),
    join(source, "internal/servers/hls/hls.min.js"),
  );
  if (arch() === "arm64") {
    // The embed pattern wants a file of the Raspberry Pi camera component; without a camera it is never run.
    for (const bits of [32, 64]) {
      const camera = join(source, `internal/staticsources/rpicamera/mtxrpicam_${bits}`);
      cpSync(join(source, "LICENSE"), join(camera, "LICENSE"));
    }
  }
  await goBuild({
    go,
    cwd: source,
    target: ".",
    output: join(folder, "mediamtx"),
    ldflags: "-s -w",
    label,
  });
  copyFileSync(join(source, "mediamtx.yml"), join(folder, "mediamtx.yml"));
  rmSync(source, { recursive: true });
  chmodSync(join(folder, "mediamtx"), 0o755);
}

const built = `mediamtx-v${version}`;
const released = `mediamtx-official-v${version}`;

/** Folder that holds `mediamtx` and `mediamtx.yml`. */
export async function setUpMediamtx() {
  return firstOf(
    `MediaMTX ${version}`,
    [
      ["on PATH", onPath],
      ["cache", () => existing(released, built)],
      ["official release", () => cached(released, official)],
      ["Go module", () => cached(built, fromModule)],
    ],
    `Put mediamtx v${version} with its mediamtx.yml on PATH, then run the command again.`,
  );
}
