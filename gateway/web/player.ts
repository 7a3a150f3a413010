import Hls from "hls.js";
import type { Stream } from "./api";

/** MediaMTX's names of codecs that browsers differ in, and what to ask the browser about. */
const codecs: Readonly<Record<string, string>> = {
  AV1: 'video/mp4; codecs="av01.0.08M.08"',
  H264: 'video/mp4; codecs="avc1.640028"',
  H265: 'video/mp4; codecs="hvc1.1.6.L120.B0"',
  VP9: 'video/mp4; codecs="vp09.00.40.08"',
  Opus: 'audio/mp4; codecs="opus"',
  "MPEG-4 Audio": 'audio/mp4; codecs="mp4a.40.2"',
};

/** Why this browser cannot show a stream; undefined when it can. */
export function whyNot({ tracks }: Pick<Stream, "tracks">): string | undefined {
  if (!Hls.isSupported())
    return "This browser cannot play live streams (no Media Source Extensions).";
  const unknown = tracks.filter((track) => {
    const type = codecs[track];
    return type === undefined || !MediaSource.isTypeSupported(type);
  });
  if (tracks.length === 0) return "This stream has no picture or sound.";
  return unknown.length > 0
    ? `This browser cannot play ${unknown.join(" and ")}. Use VLC or FFmpeg with a URL of the list.`
    : undefined;
}

/** Plays a stream; `report` is told in words when it ends or fails. Returns how to stop. */
export function play(name: string, video: HTMLVideoElement, report: (words: string) => void) {
  // A worker would have to come from a blob URL, which the page's policy forbids.
  const hls = new Hls({ enableWorker: false });
  hls.on(Hls.Events.ERROR, (_event, { fatal, details, response }) => {
    if (!fatal) return;
    report(
      response?.code === 404
        ? "This stream has ended."
        : details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR ||
            details === Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR
          ? "This browser cannot play the codec of this stream."
          : `The stream cannot be played: ${details}.`,
    );
    hls.destroy();
  });
  hls.loadSource(`/stream/${name}/index.m3u8`);
  hls.attachMedia(video);
  video.play().catch(() => {});
  return () => hls.destroy();
}
