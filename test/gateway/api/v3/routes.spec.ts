import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parseCall, targetOf } from "../../../../gateway/api/v3/routes";
import { redact } from "../../../../gateway/mediamtx/redact";

/** What a request is passed on as, or why it is not. */
function passedOn(target: string, method = "GET") {
  const call = parseCall(method, target);
  return "error" in call ? call : targetOf(call);
}

const id = "83c7b4a0-1084-4917-b720-919591775289";

describe("API routes", () => {
  const good: [string, string][] = [
    ["/v3/info", "/v3/info"],
    ["/v3/info?token=secret&page=1", "/v3/info"],
    ["/v3/config/global/get", "/v3/config/global/get"],
    ["/v3/config/paths/get/all_others", "/v3/config/paths/get/all_others"],
    ["/v3/paths/list?page=2&itemsPerPage=50&x=y", "/v3/paths/list?page=2&itemsPerPage=50"],
    ["/v3/paths/list?page=1&page=2", "/v3/paths/list?page=1"],
    ["/v3/paths/get/grp/cam", "/v3/paths/get/grp/cam"],
    ["/v3/paths/get/grp%2Fcam", "/v3/paths/get/grp/cam"],
    ["/v3/paths/forward/list?path=cam", "/v3/paths/forward/list?path=cam"],
    [`/v3/paths/forward/get?path=cam&id=${id}`, `/v3/paths/forward/get?path=cam&id=${id}`],
    ["/v3/srtconns/list", "/v3/srtconns/list"],
    [`/v3/rtmpconns/get/${id}`, `/v3/rtmpconns/get/${id}`],
    [`/v3/hlssessions/get/${id}`, `/v3/hlssessions/get/${id}`],
    ["/v3/hlsmuxers/get/grp/cam", "/v3/hlsmuxers/get/grp/cam"],
    ["/v3/recordings/list", "/v3/recordings/list"],
  ];
  for (const [asked, target] of good) {
    it(`pass ${asked} on as ${target}`, () => {
      assert.equal(passedOn(asked), target);
    });
  }

  for (const target of [
    "/v3/",
    "/v3/unknown",
    "/v3/paths/list/",
    "/v3/paths/get/",
    "/v3/paths/get/..%2f..%2fconfig%2fglobal%2fget",
    "/v3/paths/get/%2e%2e/x",
    "/v3/paths/get/%252e%252e",
    "/v3/paths/get/~%5E.*$",
    "/v3/paths/get/cam%zz",
    "/v3/rtmpconns/get/1",
    "/v3/rtmpconns/kick/x",
    "/v3/paths/forward/kick",
    "/v3/auth/jwks/refresh",
    "//v3/info",
    "/V3/info",
  ]) {
    it(`know no ${target}`, () => {
      assert.deepEqual(passedOn(target), { status: 404, error: "not found" });
    });
  }

  it("take a kick by POST only, with its options", () => {
    const kick = "/v3/paths/kick/grp/cam?readers=only&blockSeconds=60";
    assert.equal(passedOn(kick, "POST"), kick);
    assert.deepEqual(passedOn(kick), {
      status: 405,
      error: "method not allowed; allowed: POST",
      allow: "POST",
    });
    assert.deepEqual(passedOn("/v3/paths/kick/cam?readers=all&blockSeconds=0", "POST"), {
      status: 400,
      error: "readers must be only; blockSeconds must be a number from 1 to 86400",
    });
  });

  it("report all faults of a query at once", () => {
    assert.deepEqual(passedOn("/v3/paths/list?page=-1&itemsPerPage=1001"), {
      status: 400,
      error: "page must be a number from 0; itemsPerPage must be a number from 1 to 1000",
    });
    assert.deepEqual(passedOn("/v3/paths/forward/get?path=..&id=1"), {
      status: 400,
      error: "path must be a path name; id must be a UUID",
    });
  });

  it("build only targets of harmless characters, without dot segments", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("/v3/paths/get/", "/v3/config/paths/get/", "/v3/paths/list?page="),
        fc.string(),
        fc.boolean(),
        (prefix, text, encoded) => {
          const passed = passedOn(prefix + (encoded ? encodeURIComponent(text) : text));
          if (typeof passed === "object") return;
          assert.match(passed, /^\/v3\/[\w./-]+(\?page=\d+)?$/);
          assert.doesNotMatch(passed, /\/\.\.?(\/|$)/);
        },
      ),
    );
  });
});

describe("API redaction", () => {
  it("hides queries, passwords, commands and every address with a scheme, at any depth", () => {
    const answer = {
      items: [
        {
          name: "cam",
          query: "user=ticket&pass=canary",
          source: "rtsp://u:canary@host/x",
          srtReadPassphrase: "canary",
          publishPass: "canary",
          hlsCDNSecret: "canary",
          whepBearerToken: "canary",
          runOnInit: "curl canary",
          authHTTPAddress: "http://127.0.0.1:1/canary",
          forward: [{ dest: "srt://canary?passphrase=canary" }],
          fallback: ["rtsp://canary"],
        },
      ],
    };
    const text = JSON.stringify(redact(answer));
    assert.doesNotMatch(text, /canary/);
    assert.equal(text.split("<redacted>").length, 11);
    assert.match(text, /"name":"cam"/);
  });

  it("leaves everything else as it is", () => {
    const answer = {
      itemCount: 1,
      items: [
        {
          name: "cam",
          query: "",
          ready: true,
          source: { type: "rtmpConn", id },
          readers: [],
          readyTime: null,
          rtspAddress: ":8554",
          overridePublisher: true,
        },
      ],
    };
    assert.deepEqual(redact(structuredClone(answer)), answer);
  });
});
