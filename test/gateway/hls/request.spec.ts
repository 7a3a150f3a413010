import assert from "node:assert/strict";
import * as fc from "fast-check";
import { mediaTarget, parseHlsRequest } from "../../../gateway/hls/request";
import { isStreamName } from "../../../shared/authContract";

describe("HLS request", () => {
  const good: [string, string, string][] = [
    ["/cam/index.m3u8", "cam", "index.m3u8"],
    ["/grp/cam/index.m3u8?user=a&pass=b", "grp/cam", "index.m3u8"],
    ["/cam/video1_stream.m3u8?session=x", "cam", "video1_stream.m3u8"],
    ["/cam/8ab1_video1_seg7.mp4", "cam", "8ab1_video1_seg7.mp4"],
    ["/grp%2Fcam/audio2_init.mp4", "grp/cam", "audio2_init.mp4"],
  ];
  for (const [target, stream, file] of good) {
    it(`reads ${target}`, () => {
      const request = parseHlsRequest(target);
      assert.deepEqual([request?.stream, request?.file], [stream, file]);
    });
  }

  for (const target of [
    "/",
    "/index.m3u8",
    "//index.m3u8",
    "/cam",
    "/cam/",
    "/cam/index.html",
    "/cam/hls.min.js",
    "/cam/../index.m3u8",
    "/..%2fadmin/index.m3u8",
    "/cam/%2e%2e/x/index.m3u8",
    "/%252e%252e/index.m3u8",
    "/cam/%0d%0aX/index.m3u8",
    "/cam%zz/index.m3u8",
    "/u:p:cam/index.m3u8",
    "http://other/cam/index.m3u8",
    "/cam/.m3u8",
  ]) {
    it(`refuses ${target}`, () => assert.equal(parseHlsRequest(target), undefined));
  }

  it("never lets anything but a stream name, a file name and known parameters reach MediaMTX", () => {
    fc.assert(
      fc.property(
        fc.webPath(),
        fc.webQueryParameters(),
        fc.constantFrom("/index.m3u8", "/seg.mp4"),
        (path, query, file) => {
          const request = parseHlsRequest(`${path}${file}?${query}&session=s&user=u&pass=p`);
          if (!request) return;
          assert.ok(isStreamName(request.stream));
          const target = mediaTarget("lease", "secret", request);
          assert.match(target, /^\/lease\/[\w-]+\.(m3u8|mp4|mp|ts)\?session=secret(&|$)/);
          assert.doesNotMatch(target, /user=|pass=|session=s$/);
        },
      ),
    );
  });

  it("keeps the reload directives of a playlist", () => {
    const request = parseHlsRequest("/name/v.m3u8?session=s&_HLS_msn=7&_HLS_part=1&token=t");
    assert.ok(request);
    assert.equal(
      mediaTarget("lease", "secret", request),
      "/lease/v.m3u8?session=secret&_HLS_msn=7&_HLS_part=1",
    );
  });
});
