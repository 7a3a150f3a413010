import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { mediamtxEnvironment } from "../../../components/service/mediamtxEnvironment";
import { type ApiSystem, startApiSystem } from "../api/apiSystem";
import { endProcess } from "../support/fixtures";

/** MISB ST 0601: universal label, length, time stamp, checksum. */
const klv = Buffer.from("060e2b34020b01010e010301010000000e02080005d0d4a0e1a00001020000", "hex");

const name = "MTX_PATHDEFAULTS_RTSPDEMUXMPEGTS";

/** As drones and the ATAK UAS Tool publish: RTP payload 33, MP2T/90000. */
describe("RTSP that carries MPEG-TS", () => {
  let system: ApiSystem;
  let publisher: ChildProcess;
  let folder: string;
  before(async () => {
    system = await startApiSystem({ [name]: mediamtxEnvironment()[name] ?? "no" });
    folder = mkdtempSync(join(tmpdir(), "mpegts-"));
    writeFileSync(join(folder, "klv.bin"), klv);
    const pipeline = [
      "mpegtsmux alignment=7 name=mux ! rtspclientsink protocols=tcp user-id=ada user-pw=canary-password",
      `location=rtsp://127.0.0.1:${system.ports.rtsp}/grp/cam`,
      "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,framerate=25/1",
      "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=5 ! h264parse ! mux.",
      "audiotestsrc is-live=true ! voaacenc ! aacparse ! mux.",
      `multifilesrc location=${folder}/klv.bin loop=true do-timestamp=true`,
      "caps=meta/x-klv,parsed=(boolean)true ! identity sleep-time=100000 ! mux.",
    ];
    publisher = spawn("gst-launch-1.0", ["-q", ...pipeline.join(" ").split(" ")], {
      stdio: "ignore",
    });
    await system.mediamtx.untilReady("grp/cam");
  });
  after(async () => {
    if (publisher) await endProcess(publisher);
    await system?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const login = "ada:canary-password";
  const urls = (): Readonly<Record<string, string>> => ({
    RTSP: `rtsp://${login}@127.0.0.1:${system.ports.rtsp}/grp/cam`,
    SRT: `srt://127.0.0.1:${system.ports.srt}?streamid=read:grp/cam:${login}`,
    RTMP: `rtmp://127.0.0.1:${system.ports.rtmp}/${login}:grp/cam`,
    HLS: `http://${login}@127.0.0.1:${system.ports.hls}/grp/cam/index.m3u8`,
  });

  async function codecsBy(protocol: string): Promise<string[]> {
    const url = urls()[protocol] ?? "";
    const { stdout } = await promisify(execFile)("ffprobe", [
      ..."-v error -analyzeduration 1M -of csv=p=0 -show_entries stream=codec_name".split(" "),
      ...(protocol === "RTSP" ? ["-rtsp_transport", "tcp"] : []),
      url,
    ]);
    // FFmpeg 5 does not know KLV in RTP.
    const codecs = stdout.replaceAll("unknown", "klv").trim().split(/\s+/);
    return [...new Set(codecs)].sort();
  }

  it("is unpacked into its tracks", async () => {
    const { tracks } = await system.mediamtx.api<{ tracks: string[] }>("/v3/paths/get/grp/cam");
    assert.deepEqual(tracks.sort(), ["H264", "KLV", "MPEG-4 Audio"]);
  });

  for (const [protocol, codecs] of Object.entries({
    RTSP: ["aac", "h264", "klv"],
    SRT: ["aac", "h264", "klv"],
    RTMP: ["aac", "h264"],
    HLS: ["aac", "h264"],
  })) {
    it(`plays by ${protocol}`, async () => {
      assert.deepEqual(await codecsBy(protocol), codecs);
    });
  }
});
