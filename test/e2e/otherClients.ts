/** Real clients besides FFmpeg, from Debian's packages. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Program, startProgram } from "./program";
import { paths } from "./system";

const picture =
  "videotestsrc is-live=true ! video/x-raw,width=320,height=180,framerate=25/1 ! " +
  "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=5 bitrate=400 ! h264parse";

/** Ends by itself when 25 pictures have come. */
const watch = "h264parse ! fakesink num-buffers=25 sync=false";

/** A pipeline in GStreamer's own notation. */
export function startGstreamer(pipeline: string): Program {
  return startProgram("gst-launch-1.0", ["-q", ...pipeline.split(" ")]);
}

/** GStreamer publishing H.264 through these elements. */
export const gstreamerPublish = (sink: string): Program => startGstreamer(`${picture} ! ${sink}`);

/** GStreamer reading H.264 through these elements; ends with code 0 when 25 pictures have come. */
export const gstreamerRead = (source: string): Program => startGstreamer(`${source} ! ${watch}`);

/** libsrt's own program. */
export const srtLiveTransmit = (from: string, to: string): Program =>
  startProgram("srt-live-transmit", ["-q", "-chunk:1316", from, to]);

/** 29.0.2 in OBS's own notation; with another one it asks questions at its start. */
const obsVersion = 0x1d000002;

/**
 * OBS on a display of its own, streaming to a custom server from its start. The certificate of this cloud
 * is self-signed, and OBS takes none that the system does not trust: so no rtmps.
 */
export function startObs(server: string, key: string): Program {
  const home = join(paths.root, "obs");
  const folder = join(home, "obs-studio");
  const profile = join(folder, "basic/profiles/test");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(profile, { recursive: true });
  mkdirSync(join(folder, "basic/scenes"), { recursive: true });
  const files = {
    "global.ini": ini({
      General: {
        FirstRun: true,
        LastVersion: obsVersion,
        EnableAutoUpdates: false,
        InfoIncrement: 99999,
      },
      Basic: {
        Profile: "test",
        ProfileDir: "test",
        SceneCollection: "test",
        SceneCollectionFile: "test",
      },
    }),
    "basic/profiles/test/basic.ini": ini({
      General: { Name: "test" },
      Video: { BaseCX: 320, BaseCY: 180, OutputCX: 320, OutputCY: 180, FPSCommon: 10 },
      Output: { Mode: "Simple", Reconnect: false },
      SimpleOutput: {
        VBitrate: 300,
        StreamEncoder: "x264",
        Preset: "ultrafast",
        UseAdvanced: true,
        x264Settings: "keyint=10",
      },
    }),
    "basic/profiles/test/service.json": JSON.stringify({
      type: "rtmp_custom",
      settings: { server, key, use_auth: false },
    }),
    "basic/scenes/test.json": JSON.stringify({
      name: "test",
      current_scene: "Scene",
      scene_order: [{ name: "Scene" }],
      sources: [{ id: "scene", name: "Scene", settings: { items: [] } }],
    }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const screen = ["-a", "-s", "-screen 0 1024x768x24"];
  return startProgram(
    "xvfb-run",
    [...screen, "obs", "--startstreaming", "--multi", "--minimize-to-tray"],
    {
      ...{ HOME: home, XDG_CONFIG_HOME: home, LIBGL_ALWAYS_SOFTWARE: "1" },
    },
  );
}

const ini = (sections: Record<string, Record<string, string | number | boolean>>): string =>
  Object.entries(sections)
    .flatMap(([section, values]) => [
      `[${section}]`,
      ...Object.entries(values).map(([key, value]) => `${key}=${value}`),
    ])
    .join("\n");
