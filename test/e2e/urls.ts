/** URLs by protocol for credentials "user:password" ("" for none) and a stream. */
export type UrlOf = (credentials: string, stream: string) => string;

/** FFmpeg cuts a login off after 127 characters, so a token goes into the query. */
const rtsps: UrlOf = (credentials, stream) =>
  credentials.length > 127
    ? `rtsps://localhost:8555/${stream}?token=${credentials.replace(/^.*:/, "")}`
    : `rtsps://${credentials ? `${credentials}@` : ""}localhost:8555/${stream}`;
const srt =
  (mode: "publish" | "read"): UrlOf =>
  (credentials, stream) =>
    `srt://localhost:8890?streamid=${mode}:${stream}${credentials ? `:${credentials}` : ""}`;

export const publishUrls: Readonly<Record<string, UrlOf>> = {
  RTMPS: (credentials, stream) =>
    `rtmps://localhost:1936/live/${credentials ? `${credentials}:` : ""}${stream}`,
  RTSPS: rtsps,
  SRT: srt("publish"),
};

export const readUrls: Readonly<Record<string, UrlOf>> = {
  RTSPS: rtsps,
  HLS: (credentials, stream) =>
    `https://${credentials ? `${credentials}@` : ""}localhost:8888/${stream}/index.m3u8`,
  "HLS by CloudTAK's URL": (credentials, stream) =>
    `https://${credentials ? `${credentials}@` : ""}localhost:9997/stream/${stream}/index.m3u8`,
  SRT: srt("read"),
};
