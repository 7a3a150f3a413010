import { isStreamName } from "../../shared/authContract";
import { decodeUriComponent } from "../../shared/parse";

/** A request for a playlist or segment of a stream. */
export interface HlsRequest {
  /** Lease path or name, as asked. */
  readonly stream: string;
  /** `index.m3u8` or what MediaMTX's playlists refer to. */
  readonly file: string;
  readonly query: URLSearchParams;
}

/** Names as MediaMTX's muxer makes them: `video1_stream.m3u8`, `1f0a_video1_seg7.mp4`. */
const file = /^[0-9A-Za-z_-]{1,128}\.(m3u8|mp4|mp|ts)$/;

/** Playlist reload directives of low-latency HLS; all else in a query is none of MediaMTX's business. */
const passedOn = ["_HLS_msn", "_HLS_part", "_HLS_skip"];

/** Reads the target of an HTTP request; undefined for anything but a playlist or segment. */
export function parseHlsRequest(target: string): HlsRequest | undefined {
  const mark = target.indexOf("?");
  const path = decodeUriComponent(mark === -1 ? target : target.slice(0, mark));
  const slash = path?.lastIndexOf("/") ?? -1;
  if (!path?.startsWith("/") || slash < 1) return undefined;
  const request = {
    stream: path.slice(1, slash),
    file: path.slice(slash + 1),
    query: new URLSearchParams(mark === -1 ? "" : target.slice(mark + 1)),
  };
  return isStreamName(request.stream) && file.test(request.file) ? request : undefined;
}

/** The target of the same request at MediaMTX, under the lease path and with MediaMTX's secret of the session. */
export function mediaTarget(path: string, secret: string, request: HlsRequest): string {
  const query = new URLSearchParams({ session: secret });
  for (const key of passedOn) {
    const value = request.query.get(key);
    if (value !== null) query.set(key, value);
  }
  return `/${path}/${request.file}?${query}`;
}
