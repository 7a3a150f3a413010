/** Real clients: FFmpeg publishes a moving picture with sound, ffprobe reads back and counts decoded frames. */
import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:https";

export interface Media {
  /** Codec names in the order video, audio. */
  readonly codecs: string[];
  /** Decoded video frames. */
  readonly frames: number;
}

export interface Publisher {
  /** Everything that FFmpeg has said. */
  readonly log: () => string;
  readonly isRunning: () => boolean;
  /** Resolves when FFmpeg has ended by itself or was stopped. */
  readonly ended: Promise<number | null>;
  /** Frames sent so far. */
  readonly frames: () => number;
  stop(): Promise<void>;
}

const source = [
  ..."-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine=frequency=440".split(" "),
  ..."-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 25 -b:v 400k".split(" "),
  ..."-c:a aac -b:a 64k".split(" "),
];

/** Output options by URL scheme. */
function outputOptions(url: string): string[] {
  if (url.startsWith("rtmp")) return ["-f", "flv", url];
  if (url.startsWith("rtsp")) return ["-rtsp_transport", "tcp", "-f", "rtsp", url];
  if (url.startsWith("srt")) return ["-f", "mpegts", url];
  throw new Error(`no FFmpeg output for ${url}`);
}

const running = new Set<ChildProcess>();

function startFfmpeg(args: string[]): Publisher {
  const child = spawn("ffmpeg", ["-hide_banner", "-nostdin", "-stats", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  running.add(child);
  let log = "";
  child.stderr.on("data", (data) => {
    log = (log + data).slice(-20000);
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  ended.then(() => running.delete(child));
  return {
    log: () => log,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    ended,
    frames: () => Number([...log.matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1] ?? 0),
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Starts publishing H.264 and AAC to the URL. */
export function publish(url: string): Publisher {
  return startFfmpeg([...source, ...outputOptions(url)]);
}

/** Asks the API as administrator whether the stream can be read. */
async function isLive(stream: string): Promise<boolean> {
  const authorization = `Basic ${Buffer.from("admin:admin-pass").toString("base64")}`;
  const url = new URL(`https://localhost:9997/v3/paths/get/${stream}`);
  return new Promise((resolve) => {
    // The certificate is self-signed.
    get(url, { rejectUnauthorized: false, headers: { authorization } }, (response) => {
      let body = "";
      response.on("data", (data) => {
        body += data;
      });
      response.on("end", () => resolve(response.statusCode === 200 && JSON.parse(body).ready));
    }).on("error", () => resolve(false));
  });
}

/** Publishes and resolves once the stream can be read. Rejects when FFmpeg ends before or time is up. */
export async function publishing(
  url: string,
  stream: string,
  timeoutMs = 20000,
): Promise<Publisher> {
  const publisher = publish(url);
  const deadline = Date.now() + timeoutMs;
  while (publisher.frames() === 0 || !(await isLive(stream))) {
    if (!publisher.isRunning() || Date.now() > deadline) {
      await publisher.stop();
      throw new Error(`publishing did not start: ${publisher.log().slice(-2000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return publisher;
}

/** Reads about two seconds; resolves with what was decoded, or rejects with what ffprobe said. */
export function read(url: string, timeoutMs = 30000): Promise<Media> {
  const transport = url.startsWith("rtsp") ? ["-rtsp_transport", "tcp"] : [];
  const args = [
    ..."-v error -read_intervals %+2 -count_frames -of json".split(" "),
    ..."-show_entries stream=codec_type,codec_name,nb_read_frames".split(" "),
    ...transport,
    url,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn("ffprobe", args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      running.delete(child);
      if (code !== 0) return reject(new Error(`ffprobe ${signal ?? code}: ${stderr.slice(-2000)}`));
      const streams: { codec_type: string; codec_name: string; nb_read_frames?: string }[] =
        JSON.parse(stdout).streams ?? [];
      const video = streams.find((stream) => stream.codec_type === "video");
      const audio = streams.find((stream) => stream.codec_type === "audio");
      resolve({
        codecs: [video?.codec_name ?? "", audio?.codec_name ?? ""],
        frames: Number(video?.nb_read_frames ?? 0),
      });
    });
  });
}

/** Ends whatever a failed test left running. */
export function stopAllClients(): void {
  for (const child of running) child.kill("SIGKILL");
}
