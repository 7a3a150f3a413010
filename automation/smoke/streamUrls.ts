import type { Credentials } from "./context";

/** Where a test stream goes to, and how FFmpeg takes it. These arguments hold the credentials: they are never printed. */
export interface StreamUrls {
  /** undefined: nothing can be published there. */
  readonly publish: readonly string[] | undefined;
  readonly play: readonly string[];
}

/** FFmpeg's arguments for a public port. `base` is its URL, `address` stands for its host where there is no DNS. */
export function streamUrls(
  base: string,
  { user, password, stream, srtPassphrase }: Credentials,
  address: string | undefined,
): StreamUrls {
  const { protocol, hostname, port } = new URL(base);
  const authority = `${address ?? hostname}:${port}`;
  const [name, secret] = [user, password].map(encodeURIComponent);
  const signedIn = `${protocol}//${name}:${secret}@${authority}/${stream}`;
  if (protocol.startsWith("rtmp")) {
    const url = `${protocol}//${authority}/live/${name}:${secret}:${stream}`;
    return { publish: ["-f", "flv", url], play: ["-i", url] };
  }
  if (protocol.startsWith("rtsp")) {
    const tcp = ["-rtsp_transport", "tcp"];
    return { publish: [...tcp, "-f", "rtsp", signedIn], play: [...tcp, "-i", signedIn] };
  }
  if (protocol === "srt:") {
    const passphrase = srtPassphrase ? `&passphrase=${encodeURIComponent(srtPassphrase)}` : "";
    const url = (id: string) => `srt://${authority}?streamid=${id}${passphrase}`;
    return {
      publish: ["-f", "mpegts", url(`publish:${stream}:${name}:${secret}`)],
      play: ["-i", url(`read:${stream}:${name}:${secret}`)],
    };
  }
  return { publish: undefined, play: ["-i", `${signedIn}/index.m3u8`] };
}
