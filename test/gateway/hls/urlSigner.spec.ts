import assert from "node:assert/strict";
import { mock } from "node:test";
import * as fc from "fast-check";
import { parseHlsRequest } from "../../../gateway/hls/request";
import { UrlSigner } from "../../../gateway/hls/urlSigner";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { type Clocks, mockClocks } from "../support/clocks";

const id = "83c7b4a0-1084-4917-b720-919591775289";
const child = { id, stream: "grp/cam" };

function sessionIdOf(signatures: UrlSigner, file: string, session: string, stream = "grp/cam") {
  const query = new URLSearchParams({ session });
  return signatures.sessionIdOf(
    parseHlsRequest(`/${stream}/${file}?${query}`) ?? assert.fail(file),
  );
}

describe("signatures of HLS URLs", () => {
  let clocks: Clocks;
  beforeEach(() => {
    clocks = mockClocks();
  });
  afterEach(() => mock.restoreAll());

  it("name the session that they were made for", () => {
    const signatures = new UrlSigner();
    assert.equal(sessionIdOf(signatures, "v.m3u8", signatures.forPlaylists(child)), id);
    assert.equal(sessionIdOf(signatures, "seg1.mp4", signatures.forSegments(child)), id);
  });

  it("stand in a URL as they are", () => {
    const signatures = new UrlSigner();
    for (const text of [signatures.forPlaylists(child), signatures.forSegments(child)]) {
      assert.equal(encodeURIComponent(text), text);
    }
  });

  it("open no playlist with a segment's, no segment with a playlist's", () => {
    const signatures = new UrlSigner();
    assert.equal(sessionIdOf(signatures, "v.m3u8", signatures.forSegments(child)), undefined);
    assert.equal(sessionIdOf(signatures, "seg1.mp4", signatures.forPlaylists(child)), undefined);
  });

  it("are good for one stream and one process", () => {
    const signatures = new UrlSigner();
    for (const stream of ["other", "grp", "grp/cam/x"]) {
      const playlists = signatures.forPlaylists(child);
      assert.equal(sessionIdOf(signatures, "v.m3u8", playlists, stream), undefined);
      const segments = signatures.forSegments(child);
      assert.equal(sessionIdOf(signatures, "seg1.mp4", segments, stream), undefined);
    }
    const other = new UrlSigner();
    assert.equal(sessionIdOf(other, "v.m3u8", signatures.forPlaylists(child)), undefined);
  });

  it("end for a segment between 5 and 10 minutes later, and stay the same for a while", () => {
    const signatures = new UrlSigner();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000 }), (laterMs) => {
        const signed = signatures.forSegments(child);
        const isGood = () => sessionIdOf(signatures, "seg1.mp4", signed) === id;
        clocks.tick(laterMs % 300_000);
        assert.ok(isGood(), "it ended too early");
        clocks.tick(600_000);
        assert.ok(!isGood(), "it goes on");
      }),
    );
    const periodMs = 5 * 60_000;
    clocks.tick(periodMs - (monotonicMs() % periodMs));
    const signed = signatures.forSegments(child);
    clocks.tick(299_000);
    assert.equal(signatures.forSegments(child), signed);
  });

  it("do not end for a playlist: that is up to its session", () => {
    const signatures = new UrlSigner();
    const signed = signatures.forPlaylists(child);
    clocks.tick(86_400_000);
    assert.equal(sessionIdOf(signatures, "v.m3u8", signed), id);
  });

  it("break with any change", () => {
    const signatures = new UrlSigner();
    fc.assert(
      fc.property(
        fc.constantFrom<[string, string]>(
          ["v.m3u8", signatures.forPlaylists(child)],
          ["seg1.mp4", signatures.forSegments(child)],
        ),
        fc.nat(),
        fc.constantFrom("", "0", "A", ".", "_", "%", "\u0000", "é"),
        ([file, signed], at, put) => {
          const place = at % signed.length;
          const changed = signed.slice(0, place) + put + signed.slice(place + 1);
          fc.pre(changed !== signed);
          assert.equal(sessionIdOf(signatures, file, changed), undefined);
        },
      ),
    );
    for (const none of ["", ".", "..", `${id}.0.`, `${id}.99999999999.${"A".repeat(43)}`]) {
      assert.equal(sessionIdOf(signatures, "v.m3u8", none), undefined);
      assert.equal(sessionIdOf(signatures, "seg1.mp4", none), undefined);
    }
  });
});
