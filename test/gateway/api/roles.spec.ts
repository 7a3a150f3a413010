import assert from "node:assert/strict";
import { routes } from "../../../gateway/api/v3/routes";
import { type ApiSystem, roles, startApiSystem } from "./apiSystem";

/** Statuses by role, in this order. */
const columns = [
  "administrator",
  "cloudtak",
  "user",
  "stranger",
  "wrong",
  "undecided",
  "nobody",
] as const;

const id = "83c7b4a0-1084-4917-b720-919591775289";

/** Who did not sign in gets nothing, whatever it is. */
const shut = [401, 503, 401] as const;
const everybody = [200, 200, 200, 200, ...shut] as const;
/** Also to those who have not signed in. */
const open = [200, 200, 200, 200, 200, 200, 200] as const;
const administrators = [200, 200, 403, 403, ...shut] as const;
/** Something that there is not, but only administrators get to know that. */
const administratorsOnly404 = [404, 404, 403, 403, ...shut] as const;
/** Nothing is live; ada may see this stream. */
const idleStream = [404, 404, 404, 403, ...shut] as const;
const noSuchId = [404, 404, 404, 404, ...shut] as const;
/** A server that MediaMTX does not run here. */
const switchedOff = noSuchId;

interface Row {
  readonly target: string;
  readonly body?: string;
  readonly statuses: readonly number[];
}

const row = (target: string, statuses: readonly number[], body?: string): Row => ({
  target,
  statuses,
  ...(body === undefined ? {} : { body }),
});

const sessionGroup = (group: string, list: readonly number[]): Record<string, Row> => ({
  [`GET /v3/${group}/list`]: row(`/v3/${group}/list`, list),
  [`GET /v3/${group}/get/{id}`]: row(`/v3/${group}/get/${id}`, noSuchId),
  [`POST /v3/${group}/kick/{id}`]: row(`/v3/${group}/kick/${id}`, noSuchId),
});

/** By what the router calls them. */
const matrix: Readonly<Record<string, Row>> = {
  "GET /v3/info": row("/v3/info", everybody),
  "GET /v3/config/global/get": row("/v3/config/global/get", administrators),
  "PATCH /v3/config/global/patch": row("/v3/config/global/patch", administrators, "{}"),
  "GET /v3/config/pathdefaults/get": row("/v3/config/pathdefaults/get", administrators),
  "PATCH /v3/config/pathdefaults/patch": row("/v3/config/pathdefaults/patch", administrators, "{}"),
  "GET /v3/config/paths/list": row("/v3/config/paths/list", administrators),
  "GET /v3/config/paths/get/{name}": row("/v3/config/paths/get/all_others", administrators),
  // The administrator adds it, CloudTAK finds it there.
  "POST /v3/config/paths/add/{name}": row(
    "/v3/config/paths/add/matrix",
    [200, 400, 403, 403, ...shut],
    "{}",
  ),
  "PATCH /v3/config/paths/patch/{name}": row("/v3/config/paths/patch/matrix", administrators, "{}"),
  "POST /v3/config/paths/replace/{name}": row(
    "/v3/config/paths/replace/matrix",
    administrators,
    "{}",
  ),
  "DELETE /v3/config/paths/delete/{name}": row(
    "/v3/config/paths/delete/none",
    administratorsOnly404,
  ),
  "GET /v3/paths/list": row("/v3/paths/list", everybody),
  "GET /v3/paths/get/{name}": row("/v3/paths/get/own", idleStream),
  "POST /v3/paths/kick/{name}": row("/v3/paths/kick/own", idleStream),
  "GET /v3/paths/forward/list": row("/v3/paths/forward/list?path=none", administratorsOnly404),
  "GET /v3/paths/forward/get": row(
    `/v3/paths/forward/get?path=none&id=${id}`,
    administratorsOnly404,
  ),
  "GET /v3/hlsmuxers/list": row("/v3/hlsmuxers/list", everybody),
  "GET /v3/hlsmuxers/get/{name}": row("/v3/hlsmuxers/get/own", idleStream),
  ...sessionGroup("rtspsessions", everybody),
  ...sessionGroup("rtmpconns", everybody),
  ...sessionGroup("srtconns", everybody),
  ...sessionGroup("hlssessions", everybody),
  ...sessionGroup("rtspssessions", switchedOff),
  ...sessionGroup("rtmpsconns", switchedOff),
  ...sessionGroup("webrtcsessions", switchedOff),
  ...sessionGroup("moqsessions", switchedOff),
  "GET /v3/rtspconns/list": row("/v3/rtspconns/list", administrators),
  "GET /v3/rtspconns/get/{id}": row(`/v3/rtspconns/get/${id}`, administratorsOnly404),
  "GET /v3/rtspsconns/list": row("/v3/rtspsconns/list", administratorsOnly404),
  "GET /v3/rtspsconns/get/{id}": row(`/v3/rtspsconns/get/${id}`, administratorsOnly404),
  "GET /v3/recordings/list": row("/v3/recordings/list", everybody),
  // MediaMTX knows recordings of every path, none of them here.
  "GET /v3/recordings/get/{name}": row("/v3/recordings/get/own", [200, 200, 200, 403, ...shut]),
  "DELETE /v3/recordings/deletesegment": row("/v3/recordings/deletesegment?path=x", [
    ...[400, 400, 403, 403],
    ...shut,
  ]),
  "GET /path": row("/path", everybody),
  // A lease that is not live is no error for CloudTAK.
  "GET /path/*": row("/path/own", [404, 200, 404, 403, ...shut]),
  "POST /path": row("/path", administrators, '{"name":"own"}'),
  "PATCH /path/*": row("/path/own", administrators, "{}"),
  "DELETE /path/*": row("/path/own", administrators),
  // CloudTAK's token is for the API, not for streams.
  "GET /stream/*": row("/stream/own/index.m3u8", [404, 403, 404, 403, ...shut]),
  "OPTIONS /stream/*": row("/stream/own/index.m3u8", Array(7).fill(204)),
  "GET /session": row("/session", everybody),
  "POST /session": row("/session", Array(7).fill(401), '{"user":"ada","password":"wrong"}'),
  "DELETE /session": row("/session", open),
  "GET /": row("/", open),
  "GET /docs": row("/docs", open),
  "GET /openapi.json": row("/openapi.json", open),
  "GET /assets/:file": row("/assets/page.css", open),
};

describe("who may do what over the API", function () {
  this.timeout(20_000);
  let system: ApiSystem;
  before(async () => {
    system = await startApiSystem();
  });
  after(() => system?.stop());

  it("is said for every route, and for no other", () => {
    const served = [
      ...routes.map(({ method, path }) => `${method} /v3/${path}`),
      ...system.server.routes.filter((route) => !/^HEAD|\/v3\/\*$/.test(route)),
    ];
    assert.deepEqual(Object.keys(matrix).sort(), served.sort());
  });

  for (const [route, { target, body, statuses }] of Object.entries(matrix)) {
    it(route, async () => {
      const [method] = route.split(" ");
      const got: number[] = [];
      for (const role of columns) {
        const authorization = role === "nobody" ? undefined : roles[role];
        const answer = await system.call(target, authorization, {
          method,
          ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
        });
        got.push(answer.status);
      }
      assert.deepEqual(got, statuses);
    });
  }

  it("is the same with HEAD as with GET", async () => {
    for (const target of ["/v3/info", "/v3/config/global/get", "/path/own", "/session", "/path"]) {
      for (const role of ["administrator", "stranger", "wrong"] as const) {
        const head = await system.call(target, roles[role], { method: "HEAD" });
        const get = await system.call(target, roles[role]);
        assert.deepEqual([head.status, head.text], [get.status, ""], `${target} ${role}`);
      }
    }
  });
});
