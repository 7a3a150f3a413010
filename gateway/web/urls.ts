import { protocols } from "../../shared/protocols";

/** Where to watch a stream, for people to copy. Players ask for user name and password, or take them as `user:password@`. */
export function watchUrls(name: string, host: string): { label: string; url: string }[] {
  const port = (key: string) => protocols.find((row) => row.key === key)?.secure.port;
  return [
    { label: "FFmpeg, ATAK (RTSPS)", url: `rtsps://${host}:${port("rtsp")}/${name}` },
    {
      label: "VLC, ATAK, browsers (HLS)",
      url: `https://${host}:${port("hls")}/${name}/index.m3u8`,
    },
    {
      label: "VLC, FFmpeg, OBS (SRT)",
      url: `srt://${host}:${port("srt")}?streamid=read:${name}:{username}:{password}`,
    },
  ];
}

/** Where OBS publishes to. */
export function publishUrl(name: string, host: string): { server: string; key: string } {
  const port = protocols.find((row) => row.key === "rtmp")?.secure.port;
  return { server: `rtmps://${host}:${port}/live`, key: `{username}:{password}:${name}` };
}
