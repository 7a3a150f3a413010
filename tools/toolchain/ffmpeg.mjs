// A current FFmpeg for the end-to-end tests: it verifies certificates, which that of most systems does not yet.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cached, run, say, which } from "./shell.mjs";

const version = "0.8.1";

/** The static FFmpeg 9.0 in the PyPI package imageio-ffmpeg. */
export async function setUpCurrentFfmpeg() {
  const python = which("python3");
  if (!python) throw new Error("a current FFmpeg needs python3, which is not on PATH. Install it.");
  const folder = await cached(`imageio-ffmpeg-${version}`, async (into) => {
    say(`FFmpeg 9.0: installing the PyPI package imageio-ffmpeg ${version}`);
    const quietly = ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"];
    const target = ["--no-deps", "--target", into, `imageio-ffmpeg==${version}`];
    await run(python, ["-m", "pip", "install", ...quietly, ...target]);
  });
  const binaries = join(folder, "imageio_ffmpeg/binaries");
  const name = readdirSync(binaries).find((each) => each.startsWith("ffmpeg-"));
  if (!name) throw new Error(`imageio-ffmpeg ${version} holds no FFmpeg; remove ${folder}`);
  return join(binaries, name);
}
