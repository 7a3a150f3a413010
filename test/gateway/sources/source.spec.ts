import assert from "node:assert/strict";
import { mock } from "node:test";
import * as fc from "fast-check";
import { isPublicAddress, PublicHostResolver } from "../../../gateway/sources/publicHostResolver";
import { parseSource, SourceError } from "../../../gateway/sources/source";

const resolvesTo =
  (...addresses: string[]) =>
  async () =>
    addresses;

/** Why a source is refused; undefined when it is not. */
async function sourceFault(url: string, resolve = resolvesTo()): Promise<string | undefined> {
  try {
    await new PublicHostResolver(resolve).resolve(parseSource(url).host);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof SourceError);
    return error.message;
  }
}

describe("source filter", () => {
  for (const url of [
    "rtsp://camera.example/stream",
    "rtsps://user:pa:ss@camera.example:322/stream?x=y",
    "rtmp://camera.example/live/key",
    "rtmps://camera.example/live",
    "srt://camera.example:9000?streamid=read:a",
    "http://camera.example/index.m3u8",
    "https://1.1.1.1/index.m3u8",
    "rtsp://[2606:4700:4700::1111]:8554/x",
  ]) {
    it(`lets ${url} pass`, async () => {
      assert.equal(await sourceFault(url, resolvesTo("1.1.1.1", "2606:4700::1")), undefined);
    });
  }

  for (const login of ["u:p@canary", "u:p#canary", "u:p/canary", "u:p?canary", "u@canary.org:p"]) {
    it(`says how to write the login ${login}`, async () => {
      const message = await sourceFault(`rtsp://${login}@camera.example/x`, resolvesTo("1.1.1.1"));
      assert.match(message ?? "", /write @ as %40, # as %23/);
      assert.doesNotMatch(message ?? "", /canary/);
    });
  }

  it("lets @ and # pass where they are no part of a login", async () => {
    const url = "rtsp://camera.example:554/stream@2#t=1";
    assert.equal(await sourceFault(url, resolvesTo("1.1.1.1")), undefined);
  });

  for (const url of [
    "publisher",
    "",
    "redirect",
    "rpiCamera",
    "file:///etc/passwd",
    "udp+mpegts://239.0.0.1:1234",
    "unix+mpegts:///tmp/x",
    "whep://camera.example/x",
    "RTSP://camera.example/x",
    "rtsp:/camera.example/x",
    "rtsp://",
    "rtsp:///x",
    "rtsp://a@b@camera.example/x",
    "rtsp://good.example\\@camera.example/x",
    "rtsp://camera.example /x",
    "rtsp://camera.example/x\n",
    "rtsp://camera.example:port/x",
    "rtsp://camera%2eexample/x",
    "rtsp://cämera.example/x",
    "rtsp://camera.example/é",
    "rtsp://camera.example/?$MTX_QUERY",
    "rtsp://camera.example/$G1",
    "rtsp://user:pa%zz@camera.example/x",
    "rtsp://camera.example/x%",
    `rtsp://camera.example/${"x".repeat(2_048)}`,
  ]) {
    it(`refuses ${JSON.stringify(url.slice(0, 60))}`, async () => {
      assert.match(
        (await sourceFault(url, resolvesTo("1.1.1.1"))) ?? "",
        /^source must be a URL of/,
      );
    });
  }

  for (const url of [
    "rtsp://127.0.0.1/x",
    "rtsp://127.0.0.1?@camera.example/x",
    "rtsp://127.0.0.1#@camera.example/x",
    "rtsp://127.1/x",
    "rtsp://0x7f000001/x",
    "rtsp://2130706433/x",
    "rtsp://localhost:28554/x",
    "http://169.254.169.254/latest/meta-data",
    "http://169.254.170.2/v2/credentials",
    "rtsp://10.0.0.5/x",
    "rtsp://192.168.1.1/x",
    "rtsp://100.64.0.1/x",
    "rtsp://0.0.0.0/x",
    "rtsp://[::1]/x",
    "rtsp://[::ffff:127.0.0.1]/x",
    "rtsp://[fd00:ec2::254]/x",
    "rtsp://[64:ff9b::7f00:1]/x",
    "rtsp://[2002:7f00:1::]/x",
    "rtsp://[fe80::1]/x",
  ]) {
    it(`refuses ${url} as not public`, async () => {
      assert.match((await sourceFault(url)) ?? "", /public internet|usual form|no address/);
    });
  }

  it("refuses a host of which one address is private, one without addresses, and one that has no name", async () => {
    const mixed = await sourceFault("rtsp://camera.example/x", resolvesTo("1.1.1.1", "10.0.0.1"));
    assert.match(mixed ?? "", /public internet/);
    assert.match((await sourceFault("rtsp://c.example/x", resolvesTo())) ?? "", /no address/);
    const none = await sourceFault("rtsp://c.example/x", () =>
      Promise.reject(new Error("ENOTFOUND")),
    );
    assert.match(none ?? "", /no address/);
  });

  it("refuses a host whose name server never answers, after five seconds", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    const refused = sourceFault("rtsp://c.example/x", () => new Promise(() => {}));
    mock.timers.tick(5_000);
    assert.match((await refused) ?? "", /name server does not answer/);
    mock.timers.reset();
  });

  for (const url of ["srt://camera.example/x", "rtsp://c.example:0/", "rtsp://c.example:65536/"]) {
    it(`refuses ${url}, which names no port`, async () => {
      assert.match((await sourceFault(url, resolvesTo("1.1.1.1"))) ?? "", /port from 1 to 65535/);
    });
  }

  it("tells the parts of a source, with MediaMTX's default ports", () => {
    const { login, host, port, rest } = parseSource("rtsps://u:p@[2606:4700::1]/a?b#c");
    assert.deepEqual([login, host, port, rest], ["u:p@", "2606:4700::1", 322, "/a?b#c"]);
    const ports = ["rtsp", "rtmp", "rtmps", "http", "https"].map(
      (scheme) => parseSource(`${scheme}://c.example`).port,
    );
    assert.deepEqual(ports, [554, 1935, 443, 80, 443]);
  });

  it("reads the same host as WHATWG's parser, or refuses", () => {
    const part = fc.string({ unit: fc.constantFrom(..."ab1.:/@?#[]%\\ -_0x".split("")) });
    fc.assert(
      fc.property(part, (text) => {
        const url = `http://${text}`;
        let host: string;
        try {
          host = parseSource(url).host;
        } catch {
          return;
        }
        assert.equal(new URL(url).hostname.replace(/^\[|\]$/g, ""), host.toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  it("repeats nothing of what it refuses", async () => {
    for (const url of ["rtsp://u:canary@127.0.0.1/x", "ftp://u:canary@host/"]) {
      assert.doesNotMatch((await sourceFault(url)) ?? "", /canary/);
    }
  });

  it("calls no private IPv4 address public, however it is written in IPv6", () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), fc.nat(255), (b, c, d) => {
        assert.equal(isPublicAddress(`10.${b}.${c}.${d}`), false);
        assert.equal(isPublicAddress(`::ffff:10.${b}.${c}.${d}`), false);
        assert.equal(isPublicAddress(`::10.${b}.${c}.${d}`), false);
      }),
    );
  });
});
