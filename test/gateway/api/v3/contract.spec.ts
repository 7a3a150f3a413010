import assert from "node:assert/strict";
import { type Route, routes } from "../../../../gateway/api/v3/routes";
import { until } from "../../../until";
import { type Ffmpeg, startFfmpeg, testPicture, toRtsp } from "../../support/fixtures";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";
import { mediamtx, mismatch } from "./mediamtxDocument";

/** Servers that MediaMTX does not run here: it knows none of their calls. */
const switchedOff = /^(rtsps(conns|sessions)|rtmps|webrtc|moq)/;

/** Ours alone; MediaMTX's document has no word of it. */
const own = ["paths/kick/{name}"];

/** What a call needs besides its path: `{name}`, query and body. */
const details: Readonly<Record<string, { name?: string; query?: string; body?: object }>> = {
  // As it is already: MediaMTX ends every stream when one of these changes.
  "config/global/patch": { body: { logLevel: "info" } },
  "config/pathdefaults/patch": { body: { maxReaders: 0 } },
  "config/paths/get/{name}": { name: "all_others" },
  "config/paths/add/{name}": { name: "contract", body: { maxReaders: 1 } },
  "config/paths/patch/{name}": { name: "contract", body: { maxReaders: 2 } },
  "config/paths/replace/{name}": { name: "contract", body: { record: false } },
  "config/paths/delete/{name}": { name: "contract" },
  "paths/forward/list": { query: "?path=by-rtmp" },
};

/** Nothing is forwarded. */
const notThere = ["paths/forward/get"];

describe("each operation of MediaMTX that is served", function () {
  this.timeout(60_000);
  let system: ApiSystem;
  const clients: Ffmpeg[] = [];
  before(async () => {
    system = await startApiSystem(
      { MTX_PATHDEFAULTS_RECORD: "yes" },
      { maxRequestsPerMinute: 1_000_000 },
    );
    const login = "admin:canary-password";
    const { rtsp, srt, hls } = system.ports;
    for (const args of [
      toRtsp(`rtsp://${login}@127.0.0.1:${rtsp}/by-rtsp`),
      ["-f", "mpegts", `srt://127.0.0.1:${srt}?streamid=publish:by-srt:${login}`],
    ]) {
      clients.push(startFfmpeg([...testPicture, ...args]));
    }
    await system.publishByRtmp("by-rtmp");
    await Promise.all(["by-rtsp", "by-srt"].map((path) => system.mediamtx.untilReady(path)));
    const headers = { authorization: roles.administrator };
    await fetch(`http://127.0.0.1:${hls}/by-rtmp/index.m3u8`, { headers });
    await until(
      "something is recorded",
      async () => (await first("recordings/list")) !== undefined,
    );
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    await system?.stop();
  });

  const get = (target: string) => system.call(target, roles.administrator);
  const first = async (list: string) => (await get(`/v3/${list}`)).json().items[0];

  async function targetOf({ path }: Route): Promise<string> {
    const { name = "by-rtmp", query = "" } = details[path] ?? {};
    if (path === "paths/forward/get") {
      return `/v3/${path}?path=by-rtmp&id=83c7b4a0-1084-4917-b720-919591775289`;
    }
    if (path === "recordings/deletesegment") {
      const { name: recorded, segments } = await first("recordings/list");
      return `/v3/${path}?path=${recorded}&start=${encodeURIComponent(segments[0].start)}`;
    }
    const id = path.includes("{id}") ? (await first(path.replace(/\/.*/, "/list"))).id : "";
    return `/v3/${path.replace("{name}", name).replace("{id}", id)}${query}`;
  }

  const isKick = ({ path }: Route) => path.includes("/kick/");
  const served = routes.filter(({ path }) => !switchedOff.test(path) && !own.includes(path));
  // What ends sessions comes last, and publishers after the readers.
  const kickHandler = served.filter(isKick).reverse();
  for (const route of [...served.filter((one) => !isKick(one)), ...kickHandler]) {
    const { method, path } = route;
    it(`${method} /v3/${path} is answered as MediaMTX's document says`, async () => {
      const body = details[path]?.body;
      const answer = await system.call(await targetOf(route), roles.administrator, {
        method,
        ...(body
          ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } }
          : {}),
      });
      assert.equal(answer.status, notThere.includes(path) ? 404 : 200, answer.text);
      const operation = mediamtx.paths[`/v3/${path}`]?.[method.toLowerCase()];
      const content = operation?.responses[answer.status]?.content?.["application/json"];
      assert.ok(content, `${answer.status} is no answer of MediaMTX's document`);
      assert.equal(mismatch(content.schema, answer.json()), "");
    });
  }

  for (const { method, path } of routes.filter(({ path }) => switchedOff.test(path))) {
    it(`${method} /v3/${path} is answered 404, as MediaMTX does without this server`, async () => {
      const id = "83c7b4a0-1084-4917-b720-919591775289";
      const target = `/v3/${path.replace("{id}", id)}`;
      const answer = await system.call(target, roles.administrator, { method });
      assert.deepEqual([answer.status, answer.json().status], [404, "error"]);
    });
  }
});
