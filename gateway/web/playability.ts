import Hls from "hls.js";
import type { Stream } from "./api";

/** MediaMTX's names of what HLS carries, and what to ask a browser about each. */
const carried: Readonly<Record<string, string>> = {
  AV1: 'video/mp4; codecs="av01.0.08M.08"',
  H264: 'video/mp4; codecs="avc1.640028"',
  H265: 'video/mp4; codecs="hvc1.1.6.L120.B0"',
  VP9: 'video/mp4; codecs="vp09.00.40.08"',
  Opus: 'audio/mp4; codecs="opus"',
  "MPEG-4 Audio": 'audio/mp4; codecs="mp4a.40.2"',
};

/** What a browser can play HLS with; older iPhones have the second alone. */
export type Engine = "media-source" | "native" | undefined;

export interface Playability {
  /** Why this browser cannot show the stream; undefined when it can. */
  readonly problem?: string;
  /** What is not heard or seen of a stream that plays; undefined when it is whole. */
  readonly hint?: string;
}

export function engineOf(video: HTMLVideoElement): Engine {
  // Knows ManagedMediaSource, which newer iPhones have instead of MediaSource.
  if (Hls.isSupported()) return "media-source";
  return video.canPlayType("application/vnd.apple.mpegurl") === "" ? undefined : "native";
}

export function playability(
  { tracks, source }: Pick<Stream, "tracks" | "source">,
  video: HTMLVideoElement,
): Playability {
  const engine = engineOf(video);
  if (!engine) return { problem: "This browser cannot play live streams." };
  if (tracks.length === 0) return { problem: "This stream has no picture or sound." };
  const leftOut = tracks.filter((track) => carried[track] === undefined);
  if (leftOut.length === tracks.length) {
    const [track] = leftOut;
    return {
      problem:
        track === "MPEG-TS" && source?.type === "rtspSource"
          ? "This stream is pulled by RTSP as MPEG-TS, which is not unpacked. Use VLC or FFmpeg with the RTSPS URL of the list."
          : `Browsers cannot play ${names(leftOut)}. Use VLC or FFmpeg with the RTSPS URL of the list.`,
    };
  }
  const unknown = tracks.filter((track) => {
    const type = carried[track];
    return type !== undefined && !plays(type, engine, video);
  });
  if (unknown.length > 0) {
    return {
      problem: `This browser cannot play ${names(unknown)}. Use VLC or FFmpeg with a URL of the list.`,
    };
  }
  return leftOut.length > 0
    ? { hint: `Not played here: ${names(leftOut)}, which browsers do not know.` }
    : {};
}

const names = (tracks: readonly string[]) => [...new Set(tracks)].join(" and ");

function plays(type: string, engine: Engine, video: HTMLVideoElement): boolean {
  return engine === "native"
    ? video.canPlayType(type) !== ""
    : Hls.getMediaSource()?.isTypeSupported(type) === true;
}
