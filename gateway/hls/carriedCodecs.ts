import { protocols } from "../../shared/protocols";

/** What MediaMTX puts into HLS, by its names of codecs. It leaves other tracks of a stream out. */
const carried: ReadonlySet<string> = new Set([
  ...["AV1", "VP9", "H265", "H264", "Opus", "MPEG-4 Audio", "KLV"],
]);

const rtsp = protocols.find(({ key }) => key === "rtsp")?.secure;

/** Why no player gets a playlist of a stream with these tracks, however often it asks; undefined when one may. */
export function unsupportedReason(tracks: readonly string[]): string | undefined {
  if (tracks.length === 0 || tracks.some((track) => carried.has(track))) return undefined;
  const packed = tracks.includes("MPEG-TS")
    ? "; a source that is pulled by RTSP as MPEG-TS is not unpacked"
    : "";
  return (
    `HLS cannot carry the tracks of this stream: ${tracks.join(", ")}${packed}; ` +
    `play it by RTSPS, port ${rtsp?.port}`
  );
}
