import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { Worker } from "node:worker_threads";
import { AuthHookWorker, type AuthHookWorkerData } from "../../../gateway/mediamtx/authHookWorker";
import type { TicketScope } from "../../../gateway/mediamtx/tickets";
import { listenOn } from "../../../gateway/net/listen";
import { until } from "../../until";
import { accepts } from "../support/fixtures";

const startFromSource = (workerData: AuthHookWorkerData) =>
  new Worker(require.resolve("../../../gateway/mediamtx/authHookMain.ts"), {
    workerData,
    execArgv: ["-r", "ts-node/register/transpile-only"],
  });

const scope: TicketScope = { action: "publish", path: "cam", protocol: "rtmp" };

describe("the hook's thread", function () {
  this.timeout(20_000);
  const hook = new AuthHookWorker("the-api-token", startFromSource);
  let url = "";
  before(async () => {
    url = `http://127.0.0.1:${await hook.listen(0)}/auth`;
  });
  after(() => hook.close());

  const question = (ticket: object, over: object = {}) =>
    JSON.stringify({ ...scope, ...ticket, id: "mediamtx-1", token: "", ...over });
  const ask = async (body: string) => (await fetch(url, { method: "POST", body })).status;

  it("knows a ticket from its issue to its last use, and tells who redeemed it", async () => {
    const told: string[] = [];
    const ticket = hook.issue(scope, (mediamtxId) => told.push(mediamtxId));
    assert.equal(await ask(question(ticket, { path: "other" })), 401);
    assert.equal(await ask(question(ticket)), 200);
    assert.equal(await ask(question(ticket)), 401);
    await until("its use is told", async () => told.length > 0);
    assert.deepEqual(told, ["mediamtx-1"]);
  });

  it("knows no ticket that is void", async () => {
    const ticket = hook.issue(scope, () => assert.fail("it was redeemed"));
    hook.void(ticket);
    assert.equal(await ask(question(ticket)), 401);
  });

  it("answers MediaMTX's own API", async () => {
    const api = { action: "api", path: "", protocol: "" };
    assert.equal(await ask(question({}, { ...api, token: "the-api-token" })), 200);
    assert.equal(await ask(question({}, { ...api, token: "another" })), 401);
  });

  it("answers while the gateway is busy", () => {
    const ticket = hook.issue(scope, () => {});
    const code = `fetch(process.argv[1], { method: "POST", body: process.argv[2] }).then((answer) => console.log(answer.status))`;
    const answer = execFileSync(process.execPath, ["-e", code, url, question(ticket)], {
      timeout: 10_000,
    });
    assert.equal(answer.toString(), "200\n");
  });

  it("says why it cannot listen, and frees its port in the end", async () => {
    const server = createServer();
    const port = await listenOn(server, 0, "127.0.0.1");
    const other = new AuthHookWorker("token", startFromSource);
    await assert.rejects(other.listen(port), /EADDRINUSE.*127\.0\.0\.1/);
    await other.close();
    await new Promise((resolve) => server.close(resolve));
    const third = new AuthHookWorker("token", startFromSource);
    await third.listen(port);
    await third.close();
    assert.equal(await accepts(port), false);
  });

  it("ends while it is still starting", async () => {
    const early = new AuthHookWorker("token", startFromSource);
    const listening = assert.rejects(early.listen(0), /has ended/);
    await early.close();
    await listening;
  });

  it("says so when its program cannot be run", async () => {
    const broken = new AuthHookWorker("token", (workerData) => {
      return new Worker("/nowhere/authHookMain.js", { workerData });
    });
    await assert.rejects(broken.listen(0), /authHookMain/);
    await broken.close();
  });
});
