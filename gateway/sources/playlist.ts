import { SourceError } from "./source";

/** How every playlist begins. */
export const playlistStart = "#EXTM3U";

/** An hour of segments of 4 s, with a tag and a URI for each, is 1,800 lines. */
export const maxPlaylistBytes = 64 * 1024;
export const maxPlaylistLines = 2_000;
/** The time that a URL takes to be parsed grows with the square of its length when its host is not ASCII. */
export const maxUriLength = 2_048;
const maxUnicodeUriLength = 255;
/** Each URI grows by the directory of the playlist. */
export const maxRewrittenLength = 512 * 1024;

const uriAttribute = /(^|[:,] *)URI=(?:"([^"]*)"|([^",]*))/;

/**
 * An HLS playlist of which every URI goes through the relay. A tag that names an address elsewhere than in its one
 * URI is left out: MediaMTX reads none that needs one. So is a URI longer than {@link maxUriLength}.
 *
 * @param base where the playlist came from
 * @param through the relay's path for an absolute URL; undefined when it may not be fetched
 * @throws SourceError for a playlist that is too long
 */
export function rewritePlaylist(
  text: string,
  base: URL,
  through: (url: URL) => string | undefined,
): string {
  const rewritten = (uri: string) => {
    const url = parseUri(uri, base);
    return url && through(url);
  };
  const lines = text.split(/\r\n|\n|\r/, maxPlaylistLines + 1);
  if (text.length > maxPlaylistBytes || lines.length > maxPlaylistLines) {
    throw new SourceError(
      `the source's playlist is too long; allowed are ${maxPlaylistBytes} bytes in ${maxPlaylistLines} lines`,
    );
  }
  const kept: string[] = [];
  let length = 0;
  for (const line of lines) {
    const rewrittenLine = line.startsWith("#")
      ? rewriteTag(line, rewritten)
      : line && rewritten(line);
    if (rewrittenLine === undefined) continue;
    kept.push(rewrittenLine);
    length += rewrittenLine.length + 1;
    if (length > maxRewrittenLength) {
      throw new SourceError("the source's playlist is too long with the URL that it came from");
    }
  }
  return kept.join("\n");
}

/** Undefined for a comment, and for a tag that is left out. */
function rewriteTag(
  line: string,
  rewritten: (uri: string) => string | undefined,
): string | undefined {
  if (!line.startsWith("#EXT")) return undefined;
  const found = uriAttribute.exec(line);
  const before = found ? line.slice(0, found.index) : line;
  const after = found ? line.slice(found.index + found[0].length) : "";
  if (namesAddress(before) || namesAddress(after)) return undefined;
  if (!found) return line;
  const [, separator = "", quoted, bare = ""] = found;
  const uri = rewritten(quoted ?? bare);
  return uri && `${before}${separator}URI="${uri}"${after}`;
}

const namesAddress = (text: string): boolean => /\/\/|URI=/.test(text);

/** Undefined when it is not a URL, or too long for one that may be fetched. */
export function parseUri(uri: string, base: URL): URL | undefined {
  const isUnicode = /[^ -~]|xn--/i.test(uri);
  if (uri.length > (isUnicode ? maxUnicodeUriLength : maxUriLength)) return undefined;
  try {
    return new URL(uri, base);
  } catch {
    return undefined;
  }
}
