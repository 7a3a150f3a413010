import assert from "node:assert/strict";
import { pathOf } from "../../../gateway/sources/httpRelay";
import {
  maxPlaylistBytes,
  maxPlaylistLines,
  maxRewrittenLength,
  rewritePlaylist,
} from "../../../gateway/sources/playlist";
import { SourceError } from "../../../gateway/sources/source";

const base = new URL("https://cdn.example/live/index.m3u8");

/** Rewrites a playlist, and counts the URLs that were parsed. */
function rewrite(text: string, from = base) {
  let urls = 0;
  const out = rewritePlaylist(text, from, (url) => {
    urls++;
    return pathOf(url);
  });
  return { out, urls };
}

describe("a source's playlist", () => {
  it("of 1 MiB in lines of two bytes is refused, with what is allowed", () => {
    const text = `#EXTM3U\n${"a\n".repeat(524_284)}`;
    assert.throws(
      () => rewrite(text),
      (error) => {
        assert.ok(error instanceof SourceError);
        assert.match(error.message, /playlist is too long; allowed are 65536 bytes in 2000 lines/);
        return true;
      },
    );
  });

  it("of more than 2,000 lines is refused before a URL is parsed", () => {
    let urls = 0;
    const text = "a\n".repeat(maxPlaylistLines);
    assert.throws(() => rewritePlaylist(text, base, () => void urls++), SourceError);
    assert.equal(urls, 0);
    assert.equal(rewrite("a\n".repeat(maxPlaylistLines - 1)).urls, maxPlaylistLines - 1);
  });

  it("costs one URL a line at most, however many a line names", () => {
    const tag = '#EXT-X-MEDIA:URI="a",URI="b",URI="c"';
    const text = ["#EXTM3U", tag, '#EXT-X-MAP:URI="i.mp4"', "a.mp4,URI=b"].join("\n");
    const { out, urls } = rewrite(text);
    assert.equal(urls, 2);
    assert.doesNotMatch(out, /"b"|"c"/);
  });

  it("is refused when its own URL makes it longer than is allowed", () => {
    const from = new URL(`https://cdn.example/${"d".repeat(1_900)}/index.m3u8`);
    assert.throws(() => rewrite("#EXTM3U\n".concat("a\n".repeat(1_900)), from), /with the URL/);
    assert.ok(rewrite("a\n".repeat(200), from).out.length < maxRewrittenLength);
  });

  it("loses a URI that is longer than a source's URL may be, and is not parsed for it", () => {
    // The host of such a URL takes a second to be converted into ASCII.
    const host = String.fromCharCode(...Array.from({ length: 20_000 }, (_, i) => 0x4e00 + i));
    const { out, urls } = rewrite(`#EXTM3U\n//${host}/a\n#EXT-X-MAP:URI="//${host}/b"\nc.mp4`);
    assert.equal(urls, 1);
    assert.equal(out, "#EXTM3U\n/https/cdn.example/live/c.mp4");
  });

  it("loses a URI with more than 255 characters of which one is no ASCII", () => {
    const lines = [
      "ä".repeat(255),
      "ä".repeat(256),
      `//xn--${"a".repeat(255)}/`,
      "a".repeat(2_048),
    ];
    assert.equal(rewrite(lines.join("\n")).urls, 2);
  });

  it("is as long as allowed and still served", () => {
    const line = `${"s".repeat(100)}.mp4\n`;
    const text = `#EXTM3U\n${line.repeat(600)}`;
    assert.ok(text.length < maxPlaylistBytes);
    assert.equal(rewrite(text).urls, 600);
  });
});
