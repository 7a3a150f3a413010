/** How every playlist begins. */
export const playlistStart = "#EXTM3U";

const uriAttribute = /(^|[:,] *)URI=(?:"([^"]*)"|([^",]*))/g;

/**
 * An HLS playlist of which every URI goes through the relay. A tag that names an address elsewhere than in its
 * URI is left out: MediaMTX reads none that needs one.
 *
 * @param base where the playlist came from
 * @param through the relay's path for an absolute URL; undefined when it may not be fetched
 */
export function throughRelay(
  text: string,
  base: URL,
  through: (url: URL) => string | undefined,
): string {
  const rewritten = (uri: string) =>
    (URL.canParse(uri, base) && through(new URL(uri, base))) || undefined;
  const lines = text.split(/\r\n|\n|\r/).flatMap((line) => {
    if (line === "") return [line];
    if (!line.startsWith("#")) return rewritten(line) ?? [];
    if (!line.startsWith("#EXT")) return [];
    if (/\/\/|URI=/.test(line.replace(uriAttribute, ""))) return [];
    let complete = true;
    const tag = line.replace(
      uriAttribute,
      (_all, before: string, quoted?: string, bare?: string) => {
        const uri = rewritten(quoted ?? bare ?? "");
        complete &&= uri !== undefined;
        return `${before}URI="${uri}"`;
      },
    );
    return complete ? tag : [];
  });
  return lines.join("\n");
}
