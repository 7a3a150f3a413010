// The real clients of the end-to-end tests and the forwarders that the benchmark compares with.
import { getuid } from "node:process";
import { firstOf, run, say, which } from "./shell.mjs";

/** Debian's names. `elements` are parts of GStreamer that the commands alone do not prove. */
const programs = {
  tests: [
    { commands: ["ffmpeg", "ffprobe"], packages: ["ffmpeg"] },
    {
      commands: ["gst-launch-1.0", "gst-inspect-1.0"],
      elements: [
        ...[
          "videotestsrc",
          "x264enc",
          "h264parse",
          "flvmux",
          "mpegtsmux",
          "tsdemux",
          "rtph264depay",
        ],
        ...["rtmp2sink", "rtmp2src", "flvdemux", "srtsink", "srtsrc", "rtspsrc", "rtspclientsink"],
      ],
      packages: [
        "gstreamer1.0-tools",
        ...["base", "good", "bad", "ugly"].map((name) => `gstreamer1.0-plugins-${name}`),
        ...["gstreamer1.0-rtsp", "glib-networking"],
      ],
    },
    { commands: ["ip"], packages: ["iproute2"] },
    { commands: ["srt-live-transmit"], packages: ["srt-tools"] },
    { commands: ["chromium"], packages: ["chromium"] },
    { commands: ["cvlc"], packages: ["vlc-bin", "vlc-plugin-base"] },
    {
      commands: ["obs", "xvfb-run"],
      packages: ["obs-studio", "obs-plugins", "xvfb", "xauth", "libgl1-mesa-dri"],
    },
  ],
  bench: [
    { commands: ["socat"], packages: ["socat"] },
    { commands: ["haproxy"], packages: ["haproxy"] },
  ],
};

async function missing({ commands, elements = [] }) {
  const lacking = commands.filter((command) => !which(command));
  if (lacking.length > 0) return lacking;
  for (const element of elements) {
    await run("gst-inspect-1.0", ["--exists", element]).catch(() => lacking.push(element));
  }
  return lacking;
}

async function installed(wanted) {
  const lacking = (await Promise.all(wanted.map(missing))).flat();
  if (lacking.length > 0) throw new Error(`there is no ${lacking.join(", ")}`);
}

async function withApt(wanted) {
  if (!which("apt-get")) throw new Error("no apt-get on this system");
  if (getuid?.() !== 0) throw new Error("apt-get needs root");
  const label = "Streaming clients: installing them with apt-get";
  say(label);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  // Somebody else may be installing something at this moment.
  const patience = ["-o", "DPkg::Lock::Timeout=300"];
  const packages = wanted.flatMap((program) => program.packages);
  await run("apt-get", [...patience, "update"], { env, label });
  await run("apt-get", [...patience, "install", "-y", "--no-install-recommends", ...packages], {
    env,
    label,
  });
  await installed(wanted);
}

/** @param group "tests" or "bench" */
export async function setUpClients(group) {
  const wanted = programs[group];
  const packages = wanted.flatMap((program) => program.packages).join(" ");
  await firstOf(
    `What ${group === "bench" ? "the benchmark" : "the end-to-end tests"} need`,
    [
      ["as it is", () => installed(wanted)],
      ["package manager", () => withApt(wanted)],
    ],
    `Install them (Debian: sudo apt-get install --no-install-recommends ${packages}), then run the command again.`,
  );
}
