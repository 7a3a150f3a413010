// FFmpeg, the client of the end-to-end tests.
import { getuid } from "node:process";
import { firstOf, run, say, which } from "./shell.mjs";

async function onPath() {
  if (!which("ffmpeg") || !which("ffprobe")) throw new Error("no ffmpeg and ffprobe there");
}

async function withApt() {
  if (!which("apt-get")) throw new Error("no apt-get on this system");
  if (getuid?.() !== 0) throw new Error("apt-get needs root");
  const label = "FFmpeg: installing it with apt-get";
  say(label);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update"], { env, label });
  await run("apt-get", ["install", "-y", "--no-install-recommends", "ffmpeg"], { env, label });
}

export async function setUpFfmpeg() {
  await firstOf(
    "FFmpeg",
    [
      ["on PATH", onPath],
      ["package manager", withApt],
    ],
    "Install ffmpeg (Debian: sudo apt-get install ffmpeg, macOS: brew install ffmpeg), then run the command again.",
  );
}
