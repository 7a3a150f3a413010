import assert from "node:assert/strict";
import { MediamtxClient } from "../../../gateway/mediamtx/client";
import { OrphanedSessionReaper } from "../../../gateway/mediamtx/orphanedSessions";
import { credentialsOf, makeTicket, type TicketScope } from "../../../gateway/mediamtx/tickets";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { SessionRegistry } from "../../../gateway/sessions/registry";
import { until } from "../../until";
import {
  type Ffmpeg,
  type Mediamtx,
  startFfmpeg,
  startMediamtx,
  testPicture,
  toRtsp,
} from "../support/fixtures";
import { memoryLog } from "../support/memoryLog";

describe("strangers at MediaMTX", function () {
  this.timeout(30_000);
  const memory = memoryLog();
  const sessions = new SessionRegistry(memory.log);
  const clients: Ffmpeg[] = [];
  let mediamtx: Mediamtx;
  let api: MediamtxClient;
  let reaper: OrphanedSessionReaper;

  before(async () => {
    mediamtx = await startMediamtx();
    api = new MediamtxClient(mediamtx.ports.api, mediamtx.apiToken);
    reaper = new OrphanedSessionReaper(api, sessions, memory.log);
    reaper.close(); // Looks when the test says so.
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    sessions.close();
    await api.close();
    await mediamtx.stop();
  });

  const login = (scope: TicketScope, ids = new Set<string>()) => {
    const ticket = makeTicket(scope);
    // FFmpeg shows the same one again at SETUP.
    const add = () =>
      mediamtx.tickets.add(ticket, (id) => {
        ids.add(id);
        add();
      });
    add();
    return { ...credentialsOf(ticket), ids };
  };
  const started = (client: Ffmpeg) => {
    clients.push(client);
    return client;
  };
  const groups = async () => (await api.sessions()).items.map(({ group }) => group).sort();

  it("are cut on every protocol at the second look, and whom the gateway knows stays", async () => {
    const { rtmp, rtsp, srt, hls } = mediamtx.ports;
    const stranger = login({ action: "publish", path: "stranger", protocol: "rtmp" });
    const to = `rtmp://127.0.0.1:${rtmp}/stranger?user=${stranger.user}&pass=${stranger.password}`;
    started(startFfmpeg([...testPicture, "-f", "flv", to]));

    const known = login({ action: "publish", path: "known", protocol: "rtsp" });
    const url = `rtsp://${known.user}:${known.password}@127.0.0.1:${rtsp}/known`;
    started(startFfmpeg([...testPicture, ...toRtsp(url)]));
    await mediamtx.untilReady("known");
    const session = sessions.open(
      {
        protocol: "rtsp",
        action: "publish",
        path: "known",
        subject: "user:ada",
        handle: "",
        notAfter: null,
        decidedAt: monotonicMs(),
        decisionKey: "",
        clientAddress: "127.0.0.1",
        clientPort: 1,
      },
      () => {},
    );
    for (const id of known.ids) session.mediamtxIds.add(id);

    const caller = login({ action: "publish", path: "caller", protocol: "srt" });
    const streamId = `publish:caller:${caller.user}:${caller.password}`;
    const target = `srt://127.0.0.1:${srt}?streamid=${streamId}`;
    started(startFfmpeg([...testPicture, "-f", "mpegts", target]));
    const reader = login({ action: "read", path: "known", protocol: "rtsp" });
    const from = `rtsp://${reader.user}:${reader.password}@127.0.0.1:${rtsp}/known`;
    started(startFfmpeg([..."-rtsp_transport tcp -i".split(" "), from, ..."-f null -".split(" ")]));
    const player = login({ action: "read", path: "known", protocol: "hls" });
    const authorization = `Basic ${Buffer.from(`${player.user}:${player.password}`).toString("base64")}`;
    const index = await fetch(`http://127.0.0.1:${hls}/known/index.m3u8?cookieCheck=1`, {
      headers: { authorization },
    });
    assert.equal(index.status, 200);
    const all = ["hlssessions", "rtmpconns", "rtspsessions", "rtspsessions", "srtconns"];
    await until("MediaMTX serves all", async () => (await groups()).join() === all.join());

    await reaper.sweep();
    assert.deepEqual(await groups(), all);
    await reaper.sweep();
    await until("the strangers are gone", async () => (await groups()).join() === "rtspsessions");
    const told = memory.lines().filter(({ msg }) => msg === "orphaned session kicked");
    assert.deepEqual(told.map(({ group, stream }) => `${group} ${stream}`).sort(), [
      "hlssessions known",
      "rtmpconns stranger",
      "rtspsessions known",
      "srtconns caller",
    ]);

    sessions.disconnect(session.id, "expired");
    await reaper.sweep();
    await reaper.sweep();
    await until("a session that was cut is gone", async () => (await groups()).length === 0);
  });

  it("are left to the health check when MediaMTX does not answer", async () => {
    await mediamtx.kill();
    await reaper.sweep();
  });
});
