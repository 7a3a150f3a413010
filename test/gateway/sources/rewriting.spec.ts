import assert from "node:assert/strict";
import * as fc from "fast-check";
import { pathOf } from "../../../gateway/sources/httpRelay";
import { rewritePlaylist } from "../../../gateway/sources/playlist";
import { RedirectGuard } from "../../../gateway/sources/rtspRedirects";
import { SourceError } from "../../../gateway/sources/source";

const base = new URL("https://cdn.example:8443/live/cam/index.m3u8?token=a");
const rewritten = (text: string) => rewritePlaylist(text, base, pathOf);

describe("playlists through the relay", () => {
  it("lead every URI to the relay, wherever it stands and however it is written", () => {
    const text = [
      "#EXTM3U",
      "#EXT-X-VERSION:7",
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="audio/main.m3u8",NAME="x"',
      "#EXT-X-MEDIA:TYPE=AUDIO,URI=http://10.0.0.1/x.m3u8,GROUP-ID=b",
      "#EXT-X-STREAM-INF:BANDWIDTH=1",
      "video.m3u8?x=1&y=2",
      '#EXT-X-MAP:URI="/init.mp4"',
      "#EXTINF:2,",
      "https://other.example/seg//1.mp4",
      "//third.example/seg2.mp4",
      "../seg3.mp4",
    ].join("\r\n");
    assert.equal(
      rewritten(text),
      [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="/https/cdn.example:8443/live/cam/audio/main.m3u8",NAME="x"',
        '#EXT-X-MEDIA:TYPE=AUDIO,URI="/http/10.0.0.1/x.m3u8",GROUP-ID=b',
        "#EXT-X-STREAM-INF:BANDWIDTH=1",
        "/https/cdn.example:8443/live/cam/video.m3u8?x=1&y=2",
        '#EXT-X-MAP:URI="/https/cdn.example:8443/init.mp4"',
        "#EXTINF:2,",
        "/https/other.example/seg//1.mp4",
        "/https/third.example/seg2.mp4",
        "/https/cdn.example:8443/live/seg3.mp4",
      ].join("\n"),
    );
  });

  it("lose what is no URL of HTTP, and tags that name an address elsewhere", () => {
    const text = [
      "#EXTM3U",
      "file:///etc/passwd",
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain,x"',
      '#EXT-X-SESSION-DATA:DATA-ID="x",VALUE="http://10.0.0.1/"',
      "# http://10.0.0.1/",
    ].join("\n");
    assert.equal(rewritten(text), "#EXTM3U");
  });

  it("hold no absolute address, whatever came in", () => {
    const part = fc.constantFrom(
      ...'http:// https:// // / a 10.0.0.1 : , " \' = URI= URI=" #EXT #EXTINF:1, \n \r \r\n'.split(
        " ",
      ),
      " ",
      "\t",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        for (const line of rewritten(parts.join("")).split("\n")) {
          if (line === "") continue;
          const uris = line.startsWith("#")
            ? [...line.matchAll(/URI="([^"]*)"/g)].map(([, uri = ""]) => uri)
            : [line];
          for (const uri of uris) assert.match(uri, /^\/https?\/[^/]/);
          if (line.startsWith("#")) {
            assert.doesNotMatch(line.replace(/URI="[^"]*"/g, ""), /\/\//);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("RTSP answers through the relay", () => {
  /** What comes out of the guard, and why it ended. */
  async function pass(
    chunks: readonly string[],
    before = "",
  ): Promise<[string, Error | undefined]> {
    const guard = new RedirectGuard();
    guard.requests.resume().write(before);
    let out = "";
    let ended: Error | undefined;
    guard.on("data", (data: Buffer) => {
      out += data.toString("latin1");
    });
    guard.on("error", (error) => {
      ended = error;
    });
    for (const chunk of chunks) if (!guard.destroyed) guard.write(Buffer.from(chunk, "latin1"));
    await new Promise((resolve) => {
      guard.once("close", resolve);
      if (guard.destroyed) resolve(undefined);
      else guard.end();
    });
    return [out, ended];
  }

  /** Cuts a text at these places. */
  const cut = (text: string, places: readonly number[]) => {
    const at = [...new Set(places.map((one) => one % (text.length + 1)))].sort((a, b) => a - b);
    return [...at, text.length].map((end, index) => text.slice(at[index - 1] ?? 0, end));
  };
  const places = fc.array(fc.nat(), { maxLength: 8 });

  it("pass unchanged, in whatever pieces they come", async () => {
    const text =
      "RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\n\r\nRTSP/1.0 200 OK\r\n\r\nRTSP/1.0 454\r\nRTSP";
    await fc.assert(
      fc.asyncProperty(places, async (at) => {
        assert.deepEqual(await pass(cut(text, at)), [text, undefined]);
      }),
    );
  });

  it("end before a redirect, wherever it stands and in whatever pieces it comes", async () => {
    const status = fc.constantFrom("301 x", "302\r", "305 ", "0301", "+301", "3", "030");
    const prefix = fc.constantFrom(
      "",
      "RTSP/1.0 200 OK\r\n\r\n",
      "$\u0000\u0000\u0005RTSP/",
      "RTSP/1.0",
    );
    await fc.assert(
      fc.asyncProperty(prefix, status, places, async (before, code, at) => {
        const [out, ended] = await pass(cut(`${before}RTSP/1.0 ${code}\r\nLocation: x`, at));
        assert.ok(ended instanceof SourceError);
        assert.doesNotMatch(out, /RTSP\/1\.0 (?!200 )/);
      }),
    );
  });

  it("pass as they are from the first SETUP on", async () => {
    const text = "RTSP/1.0 302 is a picture now";
    const requests = "DESCRIBE rtsp://x RTSP/1.0\r\n\r\nSETUP rtsp://x RTSP/1.0\r\n";
    assert.deepEqual(await pass([text.slice(0, 5), text.slice(5)], requests), [text, undefined]);
  });
});
