import assert from "node:assert/strict";
import fc from "fast-check";
import { RtspError, type RtspRequest } from "../../../gateway/rtsp/message";
import { readTarget, urlRewriter } from "../../../gateway/rtsp/requestUrl";
import { rewriteRequest } from "../../../gateway/rtsp/rewrite";

/** As header text arrives: UTF-8 read as latin1. */
const onWire = (text: string) => Buffer.from(text).toString("latin1");
const read = (url: string) => {
  const target = readTarget(onWire(url));
  return (
    target && [target.stream, ...target.candidates.map((r) => `${r.user}|${r.password}|${r.token}`)]
  );
};

describe("RTSP target", () => {
  const table: [url: string, stream: string, ...readings: string[]][] = [
    ["rtsp://h:8554/cam", "cam"],
    ["rtsps://[::1]:8555//grp/cam/", "grp/cam"],
    ["rtsp://h", ""],
    ["rtsp://h/u:p:cam", "cam", "u|p|"],
    ["rtsp://h/u:p:grp/cam", "grp/cam", "u|p|"],
    ["rtsp://h/u:p:q::r:cam", "cam", "u|p:q::r|"],
    ["rtsp://h/u:p@s/s?w#d:cam", "cam", "u|p@s/s?w#d|"],
    ["rtsp://h/u:p%40s:cam", "cam", "u|p%40s|", "u|p@s|"],
    ["rtsp://h/u:p w:cam", "cam", "u|p w|"],
    ["rtsp://h/u:100%:cam", "cam", "u|100%|"],
    ["rtsp://h/u:100%%40:cam", "cam", "u|100%%40|", "u|100%@|"],
    ["rtsp://h/u:pä:cam", "cam", "u|pä|"],
    ["rtsp://h/u%3Ap%3Acam", "cam", "u|p|"],
    ["rtsp://h/u:p:cam?transport=tcp", "cam", "u|p|"],
    ["rtsp://h/u:cam", "u:cam"],
    ["rtsp://h/cam?user=u&pass=p%26%3D", "cam", "u|p&=|", "u|p%26%3D|"],
    ["rtsp://h/cam?user=u&pass=a+b", "cam", "u|a+b|", "u|a b|"],
    ["rtsp://h/cam?x=1&pass=a=b&user=u", "cam", "u|a=b|"],
    ["rtsp://h/cam?token=etl.abc", "cam", "||etl.abc"],
    ["rtsp://h/cam?jwt=a.b.c", "cam", "||a.b.c"],
    ["rtsp://h/cam?tcp", "cam"],
    ["rtsp://u:p%3Aq@h/cam", "cam", "u|p%3Aq|", "u|p:q|"],
    ["rtsp://u:p:q@h/cam", "cam", "u|p:q|"],
    ["rtsp://h/a%2Fb", "a/b"],
    ["rtsp://h/../x", "../x"],
  ];
  for (const [url, ...expected] of table) {
    it(`reads ${url}`, () => assert.deepEqual(read(url), expected));
  }

  for (const url of [
    "http://h/cam",
    "cam",
    "/cam",
    "*",
    "rtsp://h:port/cam",
    "rtsp://a b/cam",
    "",
  ]) {
    it(`takes "${url}" for no RTSP URL`, () => assert.equal(read(url), undefined));
  }

  it("splits any stream key at the first and the last colon", () => {
    const plain = fc.stringMatching(/^[\w.~!$@-]+$/);
    const password = fc.stringMatching(/^[\w.~!$:@/-]+$/);
    fc.assert(
      fc.property(plain, password, plain, (user, pass, name) => {
        assert.deepEqual(read(`rtsp://h/${user}:${pass}:${name}`), [name, `${user}|${pass}|`]);
      }),
    );
  });

  it("reads a long run of slashes, which would take hours if its time grew with the square", () => {
    assert.equal(read(`rtsp://h/a${"/".repeat(3_000_000)}b`)?.[0]?.length, 3_000_002);
  });
});

describe("RTSP rewriting", () => {
  const asked = "rtsps://u:p@host:8555/bob:secret:cam?x=1";
  const rewrite = urlRewriter(asked, "lease/1");

  const table: [what: string, url: string, expected: string | undefined][] = [
    ["the URL that was asked for", asked, "rtsps://host:8555/lease/1"],
    [
      "a control behind it",
      "rtsps://host:8555/bob:secret:cam/streamid=0",
      "rtsps://host:8555/lease/1/streamid=0",
    ],
    ["a control behind its query", `${asked}/trackID=1`, "rtsps://host:8555/lease/1/trackID=1"],
    ["the slash that FFmpeg appends", `${asked}/`, "rtsps://host:8555/lease/1/"],
    ["Content-Base", "rtsps://host:8555/lease/1/", "rtsps://host:8555/lease/1/"],
    [
      "a control behind Content-Base",
      "rtsps://host:8555/lease/1/trackID=0",
      "rtsps://host:8555/lease/1/trackID=0",
    ],
    ["another stream", "rtsps://host:8555/other", undefined],
    ["a longer name", "rtsps://host:8555/lease/10", undefined],
    ["the name with something strange behind it", "rtsps://host:8555/lease/1/%00", undefined],
    ["no URL", "lease/1", undefined],
  ];
  for (const [what, url, expected] of table) {
    it(`turns ${what} into ${expected ?? "nothing"}`, () => assert.equal(rewrite(url), expected));
  }

  for (const query of ["user=bob&pass=p/secret", "token=ab/secret", "pass=p/&user=bob/"]) {
    it(`takes no part of the query ?${query} for a control`, () => {
      const own = `rtsp://host/cam?${query}`;
      const rewriteOwn = urlRewriter(own, "lease/1");
      assert.equal(rewriteOwn(own), "rtsp://host/lease/1");
      assert.equal(rewriteOwn(`${own}/trackID=1`), "rtsp://host/lease/1/trackID=1");
      assert.equal(rewriteOwn("rtsp://host/cam?pass=other/secret"), "rtsp://host/lease/1");
    });
  }

  const request = (changes: Partial<RtspRequest>): RtspRequest => ({
    method: "DESCRIBE",
    url: asked,
    headers: [
      ["CSeq", "1"],
      ["authorization", "Basic c2VjcmV0"],
      ["User-Agent", "x"],
    ],
    body: Buffer.alloc(0),
    ...changes,
  });
  const ticket = { user: "ticket", password: "t" };
  const own = "rtsps://host:8555/lease/1";
  const actionOf = (method: string) => (method === "ANNOUNCE" ? "publish" : "read");

  it("puts the ticket in place of the credentials where MediaMTX asks its hook", () => {
    for (const method of ["DESCRIBE", "ANNOUNCE", "SETUP"]) {
      assert.deepEqual(
        rewriteRequest(request({ method }), rewrite, own, () => ticket, actionOf(method)),
        {
          method,
          url: "rtsps://host:8555/lease/1",
          headers: [
            ["CSeq", "1"],
            ["User-Agent", "x"],
            ["Authorization", "Basic dGlja2V0OnQ="],
          ],
          body: Buffer.alloc(0),
        },
      );
    }
  });

  it("drops the credentials from all other requests", () => {
    const { headers } = rewriteRequest(
      request({ method: "PLAY" }),
      rewrite,
      own,
      () => ticket,
      "read",
    );
    assert.deepEqual(headers, [
      ["CSeq", "1"],
      ["User-Agent", "x"],
    ]);
  });

  it("rewrites whole URLs in a publisher's SDP and nothing else of it", () => {
    const sdp = (first: string) =>
      Buffer.from(`v=0\r\na=control:*\r\na=control:${first}\r\na=control:streamid=1\r\n`);
    const body = sdp("rtsps://host:8555/bob:secret:cam/streamid=0");
    const announce = rewriteRequest(
      request({ method: "ANNOUNCE", body }),
      rewrite,
      own,
      () => ticket,
      "publish",
    );
    assert.deepEqual(announce.body, sdp("rtsps://host:8555/lease/1/streamid=0"));
  });

  for (const method of ["DESCRIBE", "ANNOUNCE", "SETUP"]) {
    it(`makes a method that MediaMTX does not know of ${method} for another stream`, () => {
      const other = request({ method, url: "rtsps://host:8555/other", body: Buffer.from("x") });
      const shown = rewriteRequest(other, rewrite, own, () => ticket, actionOf(method));
      assert.deepEqual([shown.method, shown.url, shown.body.length], ["REFUSED", own, 0]);
      assert.ok(!shown.headers.some(([name]) => name.toLowerCase() === "authorization"));
    });
  }

  it("refuses an SDP that names another stream", () => {
    const body = Buffer.from("v=0\r\na=control:rtsps://host:8555/other/streamid=0\r\n");
    const announce = request({ method: "ANNOUNCE", body });
    assert.throws(() => rewriteRequest(announce, rewrite, own, () => ticket, "publish"), RtspError);
  });

  for (const [action, methods] of [
    ["read", ["ANNOUNCE", "RECORD"]],
    ["publish", ["DESCRIBE", "PLAY"]],
  ] as const) {
    for (const method of methods) {
      it(`lets a client that may ${action} not ${method}, in whatever session`, () => {
        const other = request({ method, headers: [["Session", "another connection's"]] });
        const shown = rewriteRequest(other, rewrite, own, () => ticket, action);
        assert.equal(shown.method, "REFUSED");
      });
    }
  }

  const keepAlives: [method: string, url: string, inSession: boolean, sent: string][] = [
    ["OPTIONS", "*", true, "OPTIONS"],
    ["OPTIONS", "rtsps://host:8555/", false, "OPTIONS"],
    ["GET_PARAMETER", "rtsps://host:8555/other", true, "GET_PARAMETER"],
    ["GET_PARAMETER", "*", true, "GET_PARAMETER"],
    ["GET_PARAMETER", "*", false, "OPTIONS"],
    ["SET_PARAMETER", "rtsps://host:8555", true, "GET_PARAMETER"],
    ["SET_PARAMETER", "*", false, "OPTIONS"],
    ["PLAY", "rtsps://host:8555/", true, "PLAY"],
    ["PAUSE", "rtsps://host:8555/", true, "PAUSE"],
    ["TEARDOWN", "*", true, "TEARDOWN"],
  ];
  for (const [method, url, inSession, sent] of keepAlives) {
    const where = inSession ? "in a session" : "without a session";
    it(`shows MediaMTX ${method} ${url} ${where} as ${sent} of the own stream`, () => {
      const headers: [string, string][] = [["CSeq", "7"]];
      if (inSession) headers.push(["Session", "1"]);
      const shown = rewriteRequest(
        request({ method, url, headers }),
        rewrite,
        own,
        () => ticket,
        "read",
      );
      assert.deepEqual([shown.method, shown.url, shown.headers], [sent, own, headers]);
    });
  }
});
