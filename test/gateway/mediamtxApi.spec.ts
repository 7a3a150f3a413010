import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { Reads } from "../../gateway/api/reads";
import { parseCall } from "../../gateway/api/routes";
import { closeServer, listenOn } from "../../gateway/httpServer";
import { listPages, MediamtxApi, MediamtxError } from "../../gateway/mediamtx";

/** A MediaMTX that has gone wrong: the real one cannot be made to. */
describe("answers of MediaMTX's API", () => {
  let server: Server;
  let api: MediamtxApi;
  let respond: (response: ServerResponse) => void;
  before(async () => {
    server = createServer((_request, response) => respond(response));
    api = new MediamtxApi(await listenOn(server, 0, "127.0.0.1"), "token");
  });
  after(async () => {
    await api.close();
    await closeServer(server);
  });

  const list = (timeoutMs = 500) => api.get("/v3/paths/list", timeoutMs);

  it("are taken up to 16 MiB", async () => {
    const text = "x".repeat(16 * 1024 * 1024 - 2);
    respond = (response) => response.end(JSON.stringify(text));
    assert.equal(await list(25_000), text);
    respond = (response) => response.end(JSON.stringify(`${text}x`));
    await assert.rejects(list(25_000), /exceeds 16777216 bytes/);
  });

  const refused = (status: number) => (response: ServerResponse) =>
    response.writeHead(status).end(JSON.stringify({ started: "never", pageCount: 1, items: [] }));

  it("are errors to the gateway itself unless their status is 200, whatever the body says", async () => {
    for (const status of [401, 404, 500]) {
      respond = refused(status);
      const calls = [
        list(),
        api.change("DELETE", "/v3/paths/list"),
        api.sessions(),
        listPages(api, "paths", z.unknown()),
      ];
      for (const call of calls) {
        await assert.rejects(call, (error: MediamtxError) => {
          assert.match(
            error.message,
            new RegExp(`^MediaMTX [A-Z]+ /v3/paths/list answered ${status}$`),
          );
          return error instanceof MediamtxError && error.status === status;
        });
      }
    }
  });

  it("are passed on to callers of the API with their status", async () => {
    respond = refused(401);
    const { status } = await api.forward("GET", "/v3/paths/list");
    assert.equal(status, 401);
  });

  it("say that a session to kick is gone, which is what was wanted", async () => {
    respond = refused(404);
    await api.kick({ group: "srtconns", id: "1" });
    respond = refused(500);
    await assert.rejects(api.kick({ group: "srtconns", id: "1" }), /answered 500/);
  });

  const faults: [string, (response: ServerResponse) => void][] = [
    ["does not begin", () => {}],
    ["does not end", (response) => response.write('{"items":[')],
    ["breaks off", (response) => response.write("{", () => response.destroy())],
    ["is no JSON", (response) => response.end("<html>")],
    ["is empty", (response) => response.end()],
  ];
  for (const [name, fault] of faults) {
    it(`are 503 to the caller when one ${name}`, async () => {
      respond = fault;
      await assert.rejects(list());
      const sessions = { list: () => [] };
      const forward: MediamtxApi["forward"] = (method, target) =>
        api.forward(method, target, undefined, 500);
      const impatient = { forward };
      const reads = new Reads(impatient, sessions, { insecurePorts: false });
      const caller = { subject: "user:admin", admin: true, see: async () => "" };
      const call = parseCall("GET", "/v3/paths/list");
      const answer = "error" in call ? assert.fail(call.error) : await reads.read(call, caller);
      assert.deepEqual(answer, {
        status: 503,
        body: { status: "error", error: "MediaMTX does not answer" },
      });
    });
  }
});
