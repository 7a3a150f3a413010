import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { AuthHookServer } from "../../../gateway/mediamtx/authHook";
import { Tickets } from "../../../gateway/mediamtx/tickets";

const apiToken = "the-api-token";

describe("MediaMTX's auth hook", () => {
  const tickets = new Tickets();
  const hook = new AuthHookServer(tickets, apiToken);
  let port = 0;
  before(async () => {
    port = await hook.listen(0);
  });
  after(() => hook.close());

  /** The question as MediaMTX 1.20 puts it. */
  const base = {
    ip: "203.0.113.9",
    user: "",
    password: "",
    token: "",
    action: "read",
    path: "cam",
    protocol: "rtsp",
    id: "0e5e9c8e-5a3a-4a0e-9a52-6c1ddf2c4a4b",
    query: "",
    userAgent: "",
  };

  async function ask(body: string | object, method = "POST"): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${port}/auth`, {
      method,
      body: method === "GET" ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    assert.equal(await answer.text(), "", "MediaMTX logs the body of a refusal");
    return answer.status;
  }

  it("answers 200 to the first use of a ticket, then 401", async () => {
    const ticket = tickets.issue({ action: "read", path: "cam", protocol: "rtsp" });
    const question = { ...base, ...ticket };
    assert.deepEqual([await ask(question), await ask(question)], [200, 401]);
  });

  for (const over of [{ action: "publish" }, { path: "cam2" }, { protocol: "hls" }]) {
    it(`answers 401 to a ticket for another ${Object.keys(over)}`, async () => {
      const ticket = tickets.issue({ action: "read", path: "cam", protocol: "rtsp" });
      assert.equal(await ask({ ...base, ...ticket, ...over }), 401);
    });
  }

  for (const action of ["api", "metrics", "pprof"]) {
    it(`answers 200 to ${action} with the API token and 401 with any other`, async () => {
      const question = { ...base, action, path: "", protocol: "" };
      assert.equal(await ask({ ...question, token: apiToken }), 200);
      for (const token of [
        "",
        "x",
        `${apiToken}x`,
        apiToken.slice(1),
        apiToken.replace("t", "T"),
      ]) {
        assert.equal(await ask({ ...question, token }), 401);
      }
    });
  }

  it("answers 401 to the API token when a stream is asked for", async () => {
    assert.equal(await ask({ ...base, token: apiToken }), 401);
  });

  const bad: [string, string | object][] = [
    ["no credentials", base],
    ["playback", { ...base, action: "playback", token: apiToken }],
    ["an unknown protocol", { ...base, protocol: "webrtc" }],
    ["no JSON", "{"],
    ["JSON of another shape", "[1]"],
    ["an empty body", ""],
    ["a user that is no string", { ...base, user: { $ne: "" } }],
  ];
  for (const [name, body] of bad) {
    it(`answers 401 to ${name}`, async () => assert.equal(await ask(body), 401));
  }

  it("answers 401 to a good ticket in a body beyond 64 KiB", async () => {
    const ticket = tickets.issue({ action: "read", path: "cam", protocol: "rtsp" });
    assert.equal(await ask({ ...base, ...ticket, query: "x".repeat(65_536) }), 401);
    assert.equal(await ask({ ...base, ...ticket, query: "x".repeat(60_000) }), 200);
  });

  it("answers 401 to GET", async () => assert.equal(await ask("", "GET"), 401));

  it("listens on loopback only", async () => {
    const socket = connect(port, "127.0.0.2");
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    assert.equal(error.code, "ECONNREFUSED");
  });
});
