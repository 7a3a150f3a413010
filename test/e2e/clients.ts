/** Real clients: FFmpeg publishes a moving picture with sound, ffprobe reads back and counts decoded frames. */
import { get } from "node:https";
import { until } from "../until";
import { type Program, startProgram } from "./program";

export interface Media {
  /** Codec names in the order video, audio; "" for none. */
  readonly codecs: string[];
  /** Decoded video frames. */
  readonly frames: number;
}

/** A running FFmpeg. */
export interface Publisher extends Program {
  /** Frames sent so far. */
  readonly frames: () => number;
}

/** A moving picture with sound, H.264 with five key frames per second and AAC. */
export const source = [
  ..."-re -f lavfi -i testsrc2=size=320x180:rate=25 -re -f lavfi -i sine=frequency=440".split(" "),
  ..."-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 5 -b:v 400k".split(" "),
  ..."-c:a aac -b:a 64k".split(" "),
];

/** Output options by URL scheme. */
export function outputOptions(url: string): string[] {
  if (url.startsWith("rtmp")) return ["-f", "flv", url];
  if (url.startsWith("rtsp")) return ["-rtsp_transport", "tcp", "-f", "rtsp", url];
  if (url.startsWith("srt")) return ["-f", "mpegts", url];
  throw new Error(`no FFmpeg output for ${url}`);
}

/** Starts FFmpeg with these arguments. */
export function startFfmpeg(args: readonly string[]): Publisher {
  const program = startProgram("ffmpeg", ["-hide_banner", "-nostdin", "-stats", ...args]);
  const frames = () => Number([...program.log().matchAll(/frame=\s*(\d+)/g)].at(-1)?.[1] ?? 0);
  return { ...program, frames };
}

/** Starts publishing H.264 and AAC to the URL. */
export function publish(url: string): Publisher {
  return startFfmpeg([...source, ...outputOptions(url)]);
}

/** Starts reading, and goes on until the stream ends. */
export function watch(url: string): Publisher {
  const transport = url.startsWith("rtsp") ? ["-rtsp_transport", "tcp"] : [];
  return startFfmpeg([...transport, "-i", url, "-f", "null", "-"]);
}

/** GET from a listener; its certificate is self-signed. Rejects when there is no answer. */
export function httpsGet(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    get(new URL(url), { rejectUnauthorized: false, headers }, (response) => {
      let body = "";
      response.on("data", (data) => {
        body += data;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    }).on("error", reject);
  });
}

/** GET on the API as administrator. */
export async function askApi<T>(path: string): Promise<{ status: number; body: T }> {
  const authorization = `Basic ${Buffer.from("admin:admin-pass").toString("base64")}`;
  const { status, body } = await httpsGet(`https://localhost:9997${path}`, { authorization });
  return { status, body: JSON.parse(body) };
}

/** Whether the stream can be read. */
export async function isLive(stream: string): Promise<boolean> {
  try {
    const { status, body } = await askApi<{ ready: boolean }>(`/v3/paths/get/${stream}`);
    return status === 200 && body.ready;
  } catch {
    return false;
  }
}

/** Resolves once the stream can be read. Stops the program and rejects when it ends before or time is up. */
export async function untilLive(
  stream: string,
  program: Program,
  timeoutMs = 20000,
): Promise<void> {
  const hasStarted = async () => {
    const live = await isLive(stream);
    if (!live && !program.isRunning()) throw new Error("it has ended");
    return live;
  };
  try {
    await until(`${stream} is live`, hasStarted, timeoutMs);
  } catch (error) {
    await program.stop();
    throw new Error(`publishing did not start: ${program.log().slice(-2000)}`, { cause: error });
  }
}

/** Publishes and resolves once the stream can be read. Rejects when FFmpeg ends before or time is up. */
export async function publishing(
  url: string,
  stream: string,
  timeoutMs = 20000,
): Promise<Publisher> {
  const publisher = publish(url);
  await untilLive(stream, publisher, timeoutMs);
  return publisher;
}

/** Tries again, as an encoder does, until a stream is taken. */
export async function publishingWithin(
  url: string,
  stream: string,
  timeoutMs: number,
): Promise<Publisher> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await publishing(url, stream, Math.max(1000, deadline - Date.now()));
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Resolves once the stream is gone: what is live after that is another one. */
export async function untilGone(stream: string, timeoutMs = 20000): Promise<void> {
  await until(`${stream} is gone`, async () => !(await isLive(stream)), timeoutMs);
}

/**
 * Reads about two seconds; resolves with what was decoded, or rejects with what ffprobe said. In MPEG-TS it would look for
 * further tracks for five.
 */
export async function read(url: string, timeoutMs = 30000): Promise<Media> {
  const transport = url.startsWith("rtsp") ? ["-rtsp_transport", "tcp"] : [];
  const program = startProgram("ffprobe", [
    ..."-v error -analyzeduration 2M -read_intervals %+2 -count_frames -of json".split(" "),
    ..."-show_entries stream=codec_type,codec_name,nb_read_frames".split(" "),
    ...transport,
    url,
  ]);
  const timer = setTimeout(() => void program.stop(), timeoutMs);
  const code = await program.ended;
  clearTimeout(timer);
  if (code !== 0) throw new Error(`ffprobe ${code}: ${program.log().slice(-2000)}`);
  const streams: { codec_type: string; codec_name: string; nb_read_frames?: string }[] =
    JSON.parse(program.stdout()).streams ?? [];
  const video = streams.find((stream) => stream.codec_type === "video");
  const audio = streams.find((stream) => stream.codec_type === "audio");
  return {
    codecs: [video?.codec_name ?? "", audio?.codec_name ?? ""],
    frames: Number(video?.nb_read_frames ?? 0),
  };
}
