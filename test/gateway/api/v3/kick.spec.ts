import assert from "node:assert/strict";
import { until } from "../../../until";
import { type Ffmpeg, startFfmpeg, testPicture, toRtsp } from "../../support/fixtures";
import { type ApiSystem, roles, startApiSystem } from "../apiSystem";

const login = "admin:canary-password";

describe("kick by the API", function () {
  this.timeout(30_000);
  let system: ApiSystem;
  let clients: Ffmpeg[] = [];
  before(async () => {
    system = await startApiSystem();
  });
  afterEach(async () => {
    await Promise.all(clients.map((client) => client.stop()));
    clients = [];
    await until("all sessions have ended", () => {
      system.sessions.disconnectAll("client-closed");
      return system.sessions.size === 0;
    });
  });
  after(() => system?.stop());

  function start(...args: string[]): Ffmpeg {
    const client = startFfmpeg(args);
    clients.push(client);
    return client;
  }
  const kick = (target: string, role: string = roles.administrator) =>
    system.call(`/v3/paths/kick/${target}`, role, { method: "POST" });
  const untilSessions = (count: number) =>
    until(`there are ${count} sessions`, () => system.sessions.size === count);

  async function publish(protocol: "rtmp" | "rtsp" | "srt", path: string): Promise<Ffmpeg> {
    const host = "127.0.0.1";
    const { rtmp, rtsp, srt } = system.ports;
    const output = {
      rtmp: ["-f", "flv", `rtmp://${host}:${rtmp}/${path}?user=admin&pass=canary-password`],
      rtsp: toRtsp(`rtsp://${login}@${host}:${rtsp}/${path}`),
      srt: ["-f", "mpegts", `srt://${host}:${srt}?streamid=publish:${path}:${login}`],
    }[protocol];
    const client = start(...testPicture, ...output);
    await system.mediamtx.untilReady(path);
    return client;
  }

  function read(protocol: "rtsp" | "srt" | "hls", path: string): Ffmpeg {
    const { rtsp, srt, hls } = system.ports;
    const url = {
      rtsp: `rtsp://${login}@127.0.0.1:${rtsp}/${path}`,
      srt: `srt://127.0.0.1:${srt}?streamid=read:${path}:${login}`,
      hls: `http://${login}@127.0.0.1:${hls}/${path}/index.m3u8`,
    }[protocol];
    const transport = protocol === "rtsp" ? ["-rtsp_transport", "tcp"] : [];
    return start(...transport, "-i", url, ..."-c copy -f null -".split(" "));
  }

  for (const protocol of ["rtmp", "rtsp", "srt"] as const) {
    it(`ends a ${protocol} publisher and the readers of its path on every protocol`, async () => {
      const publisher = await publish(protocol, "grp/cam");
      const readers = [read("rtsp", "grp/cam"), read("srt", "grp/cam"), read("hls", "grp/cam")];
      await untilSessions(4);
      const answer = await kick("grp%2Fcam");
      assert.deepEqual(answer.json(), { status: "ok", publishers: 1, readers: 3 });
      await untilSessions(0);
      await publisher.ended;
      await until("MediaMTX has no stream", async () => {
        const path = await system.mediamtx.api<{ ready?: boolean }>("/v3/paths/get/grp/cam");
        return path.ready !== true;
      });
      await Promise.all(readers.slice(0, 2).map(({ ended }) => ended));
    });
  }

  it("ends only the readers with readers=only, and an HLS player's segments with them", async () => {
    const publisher = await publish("rtsp", "cam");
    read("rtsp", "cam");
    const playlist = await fetch(`http://127.0.0.1:${system.ports.hls}/cam/index.m3u8`, {
      headers: { authorization: roles.administrator },
    });
    const child = /^[^#\n].*$/m.exec(await playlist.text())?.[0];
    const fetchChild = async () =>
      (await fetch(`http://127.0.0.1:${system.ports.hls}/cam/${child}`)).status;
    assert.equal(await fetchChild(), 200);
    await untilSessions(3);
    const answer = await kick("cam?readers=only");
    assert.deepEqual(answer.json(), { status: "ok", publishers: 0, readers: 2 });
    await untilSessions(1);
    assert.equal(await fetchChild(), 401);
    assert.equal(publisher.child.exitCode, null);
  });

  it("keeps publisher and readers away with blockSeconds, and only for so long", async () => {
    await publish("rtmp", "blocked");
    assert.equal((await kick("blocked?blockSeconds=2")).status, 200);
    await untilSessions(0);
    const { rtmp } = system.ports;
    const url = `rtmp://127.0.0.1:${rtmp}/blocked?user=admin&pass=canary-password`;
    const again = start(...testPicture, "-f", "flv", url);
    assert.notEqual(await again.ended, 0);
    assert.match(again.log(), /an operator has ended this stream/);
    await until("the block is over", async () => {
      const back = startFfmpeg([...testPicture, "-f", "flv", url]);
      clients.push(back);
      await Promise.race([back.ended, system.mediamtx.untilReady("blocked").catch(() => {})]);
      return back.child.exitCode === null;
    });
  });

  it("lets a block of readers not keep the publisher away", async () => {
    assert.equal((await kick("quiet?readers=only&blockSeconds=60")).status, 200);
    await publish("rtsp", "quiet");
    const reader = read("rtsp", "quiet");
    assert.notEqual(await reader.ended, 0);
    assert.match(reader.log(), /403/);
  });

  it("lets administrators and the lease's owner block, and nobody else who may see the stream", async () => {
    assert.equal((await kick("own?readers=only&blockSeconds=1", roles.user)).status, 200);
    const answer = await kick("grp/cam?blockSeconds=1", roles.user);
    assert.equal(answer.status, 403);
    assert.match(answer.json().error, /for administrators and the owner/);
  });

  it("takes the name of a lease", async () => {
    await publish("rtsp", "own");
    assert.equal((await kick("my-camera", roles.user)).json().publishers, 1);
  });

  it("lets users end what they may see, and nothing else", async () => {
    await publish("rtsp", "other");
    assert.equal((await kick("other", roles.user)).status, 403);
    assert.equal((await kick("own", roles.stranger)).status, 403);
    assert.equal((await kick("other", roles.wrong)).status, 401);
    assert.equal(system.sessions.size, 1);
  });

  it("answers 404 when there is nothing to end", async () => {
    assert.equal((await kick("nobody")).status, 404);
  });

  it("says in the log who ended what", async () => {
    await publish("rtsp", "cam2");
    await kick("cam2");
    const line = system.log
      .lines()
      .find(({ msg, stream }) => msg === "kicked" && stream === "cam2");
    assert.equal(line?.user, "user:admin");
    const end = () =>
      system.log.lines().find(({ msg, stream }) => msg === "disconnected" && stream === "cam2");
    await until("the session has ended", () => end() !== undefined);
    assert.equal(end()?.reason, "kicked");
  });

  it("ends one session by its id", async () => {
    await publish("rtmp", "own");
    read("rtsp", "own");
    read("hls", "own");
    await untilSessions(3);
    for (const [group, left] of [
      ["rtspsessions", 2],
      ["rtmpconns", 0],
    ] as const) {
      let id: string | undefined;
      await until(`MediaMTX lists it among its ${group}`, async () => {
        const { items } = (await system.call(`/v3/${group}/list`, roles.user)).json();
        id = items.find(({ path }: { path: string }) => path === "own")?.id;
        return id !== undefined;
      });
      const target = `/v3/${group}/kick/${id}`;
      const init = { method: "POST" };
      assert.equal((await system.call(target, roles.stranger, init)).status, 404);
      assert.equal((await system.call(target, roles.user, init)).status, 200);
      await until(`${left} sessions are left`, () => system.sessions.size <= Math.max(left, 1));
    }
    const unknown = "/v3/rtmpconns/kick/83c7b4a0-1084-4917-b720-919591775289";
    assert.equal((await system.call(unknown, roles.administrator, { method: "POST" })).status, 404);
  });
});
