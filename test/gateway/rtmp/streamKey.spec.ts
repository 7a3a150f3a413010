import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { percentDecode } from "../../../gateway/auth/credentials/streamKey";
import { readStreamKey, type StreamKey } from "../../../gateway/rtmp/streamKey";
import { isStreamName } from "../../../shared/authContract";

const anonymous = { user: "", password: "", token: "" };
const cam = (password: string): StreamKey => ({ stream: "cam", user: "u", password, token: "" });

describe("RTMP stream keys", () => {
  const table: [tcUrl: string, key: string, ...expected: StreamKey[]][] = [
    // user:pass:name under any application or none
    ["rtmp://h/live", "u:p:cam", cam("p")],
    ["rtmp://h:1935/live/", "u:p:cam", cam("p")],
    ["rtmps://h/studio/1", "u:p:cam", cam("p")],
    ["rtmp://h", "u:p:cam", cam("p")],
    ["'rtmp://h/live'", "u:p:cam", cam("p")],
    ["rtmp://h", "live/u:p:cam", cam("p")],
    ["rtmp://h/live", "/u:p:cam", cam("p")],
    ["rtmp://h/live", "u:p:grp/cam", { ...cam("p"), stream: "grp/cam" }],
    ["rtmp://h/live", "::cam", { ...anonymous, stream: "cam" }],
    // all of it in tcUrl, or cut at a slash by FFmpeg
    ["rtmp://h/u:p:cam", "", cam("p")],
    ["rtmp://h/u:p:grp", "cam", { ...cam("p"), stream: "grp/cam" }],
    ["rtmp://h/u:p", "x:cam", cam("p/x")],
    ["rtmp://h/live/u:p", "x:cam", cam("p/x")],
    ["rtmp://h/u:p?s:cam", "", cam("p?s")],
    // passwords with everything in them
    ["rtmp://h/live", "u:a:b:c:cam", cam("a:b:c")],
    ["rtmp://h/live", "u:p?s:cam", cam("p?s")],
    ["rtmp://h/live", "u:p#s&t@x=y+z:cam", cam("p#s&t@x=y+z")],
    ["rtmp://h/live", "u:p s:cam", cam("p s")],
    ["rtmp://h/live", "u:pä文:cam", cam("pä文")],
    ["rtmp://h/live", "u:a?user=1:cam", cam("a?user=1")],
    ["rtmp://h/live", "u:100%:cam", cam("100%")],
    ["rtmp://h/live", "u:p%ss:cam", cam("p%ss")],
    // percent-encoded ones are read as sent, then decoded
    ["rtmp://h/live", "u:p%40ss:cam", cam("p%40ss"), cam("p@ss")],
    ["rtmp://h/live", "u:%25%2B%26%23%3F%20:cam", cam("%25%2B%26%23%3F%20"), cam("%+&#? ")],
    ["rtmp://h/live", "u:%C3%A4%ff:cam", cam("%C3%A4%ff")],
    ["rtmp://h/live", "u:%C3%A4:cam", cam("%C3%A4"), cam("ä")],
    ["rtmp://h/live", "u:a%3Ab:cam", cam("a%3Ab"), cam("a:b")],
    ["rtmp://h/live", "a%3Ab:p:cam", { ...cam("p"), user: "a%3Ab" }, { ...cam("p"), user: "a:b" }],
    ["rtmp://h/live", "u%3Ap%3Acam", cam("p")],
    ["rtmp://h/u%3Ap%3Acam", "", cam("p")],
    ["rtmp://h/live", "u:p:grp%2Fcam", { ...cam("p"), stream: "grp/cam" }],
    // parameters
    ["rtmp://h/live", "cam?user=u&pass=p", cam("p")],
    ["rtmp://h", "cam?pass=p&user=u", cam("p")],
    ["rtmp://h/live/grp", "cam?user=u&pass=p", { ...cam("p"), stream: "grp/cam" }],
    ["rtmp://h/grp", "cam?user=u&pass=p", { ...cam("p"), stream: "grp/cam" }],
    ["rtmp://h/cam?user=u&pass=p", "", cam("p")],
    ["rtmp://h/live/cam", "?user=u&pass=p", cam("p")],
    ["rtmp://h/live?user=u&pass=p", "cam", cam("p")],
    ["rtmp://h/live?user=x&pass=y", "cam?user=u&pass=p", cam("p")],
    ["rtmp://h/live", "cam?user=u&pass=a:b:c", cam("a:b:c")],
    ["rtmp://h/cam?user=u&pass=a:b:c", "", cam("a:b:c")],
    ["rtmp://h/live", "cam?user=u&pass=p%26s", cam("p&s"), cam("p%26s")],
    ["rtmp://h/live", "cam?user=u&pass=p&s", cam("p"), cam("p&s")],
    ["rtmp://h/live", "cam?user=u&pass=a+b", cam("a b"), cam("a+b")],
    ["rtmp://h/live", "cam?user=u&pass=a%2Bb", cam("a+b"), cam("a%2Bb")],
    ["rtmp://h/live", "cam?user=u&pass=p?#@", cam("p?#@")],
    ["rtmp://h/live", "cam?token=a.b-c_d", { ...anonymous, stream: "cam", token: "a.b-c_d" }],
    ["rtmp://h/live", "cam?x=1&jwt=a.b.c&y=2", { ...anonymous, stream: "cam", token: "a.b.c" }],
    ["rtmp://h/cam?jwt=a.b.c", "", { ...anonymous, stream: "cam", token: "a.b.c" }],
    ["rtmp://h/live", "u:p:cam?token=t", { ...cam("p"), token: "t" }],
    ["rtmp://h/live", "cam?user=u&pass=p ", cam("p "), cam("p")],
    ["rtmp://h/cam", "user=u&pass=p", cam("p")],
    ["rtmp://h/live/cam", "pass=a:b&user=u", cam("a:b")],
    ["rtmp://h/live/cam", "token=a.b.c", { ...anonymous, stream: "cam", token: "a.b.c" }],
    // pasted with what was around it
    ["rtmp://h/live", " u:p:cam\r\n", cam("p")],
    ["rtmp://h/live", "u:p:cam/", cam("p")],
    ["rtmp://h/live", "\uFEFF/u:p:cam//", cam("p")],
    ["rtmp://h/live", "cam/?user=u&pass=p", cam("p")],
    // a whole URL as the key
    ["rtmp://h/live", "rtmp://h/live/u:p:cam", cam("p")],
    ["rtmp://h/live", "rtmps://h:1936/live/u:a:b:grp/cam", { ...cam("a:b"), stream: "grp/cam" }],
    ["rtmp://h/live", "rtmps://h:1936/u:p:cam", cam("p")],
    ["rtmp://h/live", " RTMP://h/live/cam?user=u&pass=p", cam("p")],
    ["rtmp://h/live", "rtmp%3A%2F%2Fh%2Flive%2Fu%3Ap%3Acam", cam("p")],
    ["rtmp://h/live", "rtmp://u:p%40s@h/live/cam", cam("p@s"), cam("p%40s")],
    ["rtmp://h/live", "rtmp://h/live/cam", { ...anonymous, stream: "cam" }],
    ["rtmp://h/live", "srt://h:8890?streamid=u:p:cam", { ...anonymous, stream: "" }],
    ["rtmp://h/live", "https://h:9997/u:p:cam", { ...anonymous, stream: "" }],
    // credentials before the host
    ["rtmp://u:p@h/live", "cam", cam("p")],
    ["rtmp://x:y@h/live", "u:p:cam", cam("p")],
    // Adobe's authentication, whose digests cannot be checked
    ["rtmp://h/live?authmod=adobe&user=u", "cam", { ...anonymous, stream: "cam" }],
    ["rtmp://h/live", "cam?authmod=adobe&user=u&response=x", { ...anonymous, stream: "cam" }],
    // no credentials
    ["rtmp://h/live", "cam", { ...anonymous, stream: "cam" }],
    ["rtmp://h/live", "cam?vcodec=h264", { ...anonymous, stream: "cam" }],
    ["rtmp://h/cam", "", { ...anonymous, stream: "cam" }],
    ["rtmp://h/live", "", { ...anonymous, stream: "live" }],
    ["rtmp://h/live/live", "cam", { ...anonymous, stream: "live/cam" }],
    ["live", "cam", { ...anonymous, stream: "cam" }],
    // what FFmpeg and librtmp make of file extensions
    ["rtmp://h/live", "mp4:u:p:cam", cam("p")],
    ["rtmp://h/live", "mp4:cam.mp4", { ...anonymous, stream: "cam.mp4" }],
    ["rtmp://h/live", "flv:cam?user=u&pass=a:b", cam("a:b")],
    ["rtmp://h/live", "mp4::p:cam", { ...cam("p"), user: "" }],
    ["rtmp://h/live", "mp4:p:cam", { ...cam("p"), user: "mp4" }],
    ["rtmp://h/live", "u:p:cam.flv", cam("p")],
  ];
  for (const [tcUrl, key, ...expected] of table) {
    it(`reads "${key}" under ${tcUrl}`, () => {
      assert.deepEqual(readStreamKey(tcUrl, key), expected);
    });
  }

  const malformed: [tcUrl: string, key: string][] = [
    ["rtmp://h", ""],
    ["rtmp://h/live", "u:cam"],
    ["rtmp://h/live", "u:p:"],
    ["rtmp://h/live", "u:p:../cam"],
    ["rtmp://h/live", "u:p:a/../cam"],
    ["rtmp://h/live", "u:p:a//b"],
    ["rtmp://h/live", "u:p:cam\nera"],
    ["rtmp://h/live", "u:p:%00cam"],
    ["rtmp://h/live", "u:p:камера"],
    ["rtmp://h/live", "u:p:cam era"],
    ["rtmp://h/live", `u:p:${"x".repeat(10_000)}`],
  ];
  for (const [tcUrl, key] of malformed) {
    it(`finds no stream name in ${JSON.stringify(key.slice(0, 40))} under ${tcUrl}`, () => {
      for (const { stream } of readStreamKey(tcUrl, key)) assert.equal(isStreamName(stream), false);
    });
  }

  const password = fc.string({ unit: "grapheme", maxLength: 30 });
  const user = fc
    .string({ unit: "grapheme", minLength: 1 })
    .filter((text) => !/[:/?%]|^mp[34]$|^flv$|^\s/.test(text));

  it("finds any password in a key as it is", () => {
    fc.assert(
      fc.property(user, password, (name, secret) => {
        const [first] = readStreamKey("rtmp://h/live", `${name}:${secret}:grp/cam`);
        assert.deepEqual(first, { stream: "grp/cam", user: name, password: secret, token: "" });
      }),
    );
  });

  it("finds any password in a percent-encoded key, in one of two readings", () => {
    fc.assert(
      fc.property(user, password, (name, secret) => {
        const key = `${encodeURIComponent(name)}:${encodeURIComponent(secret)}:cam`;
        const [raw, decoded = raw] = readStreamKey("rtmp://h/live", key);
        assert.deepEqual(decoded, { stream: "cam", user: name, password: secret, token: "" });
      }),
    );
  });

  it("finds any password in parameters, encoded or decoded on the way", () => {
    const plain = password.filter((text) => !/&(user|pass|token|jwt)=/.test(text));
    fc.assert(
      fc.property(user, plain, (name, secret) => {
        const parameters = (encode: (text: string) => string) =>
          `cam?user=${encode(name)}&pass=${encode(secret)}`;
        const expected = { stream: "cam", user: name, password: secret, token: "" };
        const [encoded] = readStreamKey("rtmp://h/live", parameters(encodeURIComponent));
        assert.deepEqual(encoded, expected);
        const typed = parameters((text) => text);
        const candidates = readStreamKey("rtmp://h/live", typed);
        assert.ok(candidates.some((one) => isDeepStrictEqual(one, expected)));
      }),
    );
  });

  it("takes the percent-encoding off what is UTF-8 and leaves the rest", () => {
    assert.equal(percentDecode("%e2%82%ac%zz%e2%82 %"), "€%zz%e2%82 %");
  });

  it("reads a long run of slashes, which would take hours if its time grew with the square", () => {
    const [{ stream }] = readStreamKey(`rtmp://h/a${"/".repeat(3_000_000)}b`, "k");
    assert.equal(stream.length, 3_000_004);
  });
});
