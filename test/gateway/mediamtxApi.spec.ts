import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import { Reads } from "../../gateway/api/reads";
import { parseCall } from "../../gateway/api/routes";
import { closeServer, listenOn } from "../../gateway/httpServer";
import { MediamtxApi } from "../../gateway/mediamtx";

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
    assert.deepEqual(await list(25_000), { status: 200, body: text });
    respond = (response) => response.end(JSON.stringify(`${text}x`));
    await assert.rejects(list(25_000), /exceeds 16777216 bytes/);
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
      const impatient = { get: (target: string) => api.get(target, 500) } as MediamtxApi;
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
