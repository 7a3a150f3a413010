import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { ReadHandlers } from "../../../gateway/api/v3/readHandlers";
import { parseCall } from "../../../gateway/api/v3/routes";
import { listPages, MediamtxClient, MediamtxError } from "../../../gateway/mediamtx/client";
import { readPages } from "../../../gateway/mediamtx/pages";
import { closeServer, listenOn } from "../../../gateway/net/listen";
import { BodyTooLongError } from "../../../gateway/net/readBody";

/** A MediaMTX that has gone wrong: the real one cannot be made to. */
describe("answers of MediaMTX's API", () => {
  let server: Server;
  let api: MediamtxClient;
  let respond: (response: ServerResponse, url: string) => void;
  before(async () => {
    server = createServer(({ url = "" }, response) => respond(response, url));
    api = new MediamtxClient(await listenOn(server, 0, "127.0.0.1"), "token");
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

  /** A list of paths; the body of a page with one of `tooLong` never ends. */
  const listing = (count: number, tooLong: (index: number) => boolean) => {
    const asked: string[] = [];
    const filler = "x".repeat(16 * 1024 * 1024);
    respond = (response, url) => {
      const query = new URL(url, "http://h").searchParams;
      const [size, page] = [Number(query.get("itemsPerPage")), Number(query.get("page"))];
      asked.push(`${size}:${page}`);
      const indexes = Array.from({ length: count }, (_, index) => index);
      const shown = indexes.slice(size * page, size * (page + 1));
      const items = shown.map((index) => ({ name: `p${index}`, ready: true }));
      const padding = shown.some(tooLong) ? filler : "";
      response.end(JSON.stringify({ pageCount: Math.ceil(count / size), items, padding }));
    };
    return asked;
  };
  const path = z.object({ name: z.string() });

  it("are read in smaller pages when a page is too long, without what is too long by itself", async () => {
    const asked = listing(1_500, (index) => index === 700);
    const { items, skipped } = await listPages(api, "paths", path);
    assert.deepEqual([items.length, skipped], [1_499, 1]);
    assert.equal(new Set(items.map(({ name }) => name)).size, 1_499);
    assert.ok(!items.some(({ name }) => name === "p700"));
    assert.ok(asked.length <= 26, `${asked.length} calls`);
  }).timeout(30_000);

  it("leave out items that cannot be read, and say how many", async () => {
    respond = (response) =>
      response.end(JSON.stringify({ pageCount: 1, items: [{ name: 7 }, { name: "cam" }, null] }));
    const { items, skipped } = await listPages(api, "paths", path);
    assert.deepEqual([items, skipped], [[{ name: "cam" }], 2]);
  });

  it("that are all too long are an error, after a bounded number of calls", async () => {
    let calls = 0;
    const read = () => {
      calls++;
      return Promise.reject(new BodyTooLongError("body exceeds the limit"));
    };
    await assert.rejects(readPages(read, 1_000), BodyTooLongError);
    assert.ok(calls < 300, `${calls} calls`);
  });

  it("leave a user's list with all that can be read and decided", async () => {
    listing(4, (index) => index === 2);
    const reads = new ReadHandlers(api, { list: () => [] }, { insecurePorts: false });
    const undecided = { status: 503, body: {} };
    const caller = {
      subject: "user:ada",
      admin: false,
      authorizeRead: async (name: string) => (name === "p1" ? undecided : name),
    };
    const call = parseCall("GET", "/v3/paths/list");
    const { status, body } = "error" in call ? assert.fail() : await reads.read(call, caller);
    const { items } = body as { items: { name: string }[] };
    assert.deepEqual([status, items.map(({ name }) => name)], [200, ["p0", "p3"]]);
    const nobody = { ...caller, authorizeRead: async () => undecided };
    assert.deepEqual("error" in call || (await reads.read(call, nobody)), undecided);
  }).timeout(30_000);

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
      const forward: MediamtxClient["forward"] = (method, target) =>
        api.forward(method, target, undefined, 500);
      const impatient = { forward };
      const reads = new ReadHandlers(impatient, sessions, { insecurePorts: false });
      const caller = { subject: "user:admin", admin: true, authorizeRead: async () => "" };
      const call = parseCall("GET", "/v3/paths/list");
      const answer = "error" in call ? assert.fail(call.error) : await reads.read(call, caller);
      assert.deepEqual(answer, {
        status: 503,
        body: { status: "error", error: "MediaMTX does not answer" },
      });
    });
  }
});
