import assert from "node:assert/strict";
import { MediamtxClient } from "../../../gateway/mediamtx/client";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { PathSync } from "../../../gateway/paths/sync";
import { monotonicMs } from "../../../gateway/process/monotonic";
import { PublicHostResolver } from "../../../gateway/sources/publicHostResolver";
import { SourceRelays } from "../../../gateway/sources/sourceRelays";
import type { ListedLease } from "../../../shared/authContract";
import { until } from "../../until";
import { type Mediamtx, publishTestPicture, startMediamtx } from "../support/fixtures";
import { memoryLog } from "../support/memoryLog";

const proxied = (path: string, over: Partial<ListedLease> = {}): ListedLease => ({
  path,
  name: null,
  owner: null,
  expiration: null,
  recording: false,
  open: false,
  proxy: "rtsp://user:canary@camera.example/x",
  ...over,
});

describe("sync of leases and paths", function () {
  this.timeout(30_000);
  let mediamtx: Mediamtx;
  let api: MediamtxClient;
  let log = memoryLog();
  let paths: PathConfigurations;
  let sync: PathSync;
  let addresses: Record<string, string[]>;
  let asked: string[];

  before(async () => {
    mediamtx = await startMediamtx({ MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE: "canary-passphrase" });
    api = new MediamtxClient(mediamtx.ports.api, mediamtx.apiToken);
  });
  after(async () => {
    await api?.close();
    await mediamtx?.stop();
  });
  beforeEach(() => {
    log = memoryLog();
    addresses = { "camera.example": ["1.1.1.1"] };
    asked = [];
    const hosts = new PublicHostResolver(async (name) => {
      asked.push(name);
      return addresses[name] ?? Promise.reject(new Error("ENOTFOUND"));
    });
    paths = new PathConfigurations(api, new SourceRelays(() => {}, hosts));
    sync = new PathSync(paths, api, log.log);
  });
  afterEach(async () => {
    sync.close();
    for (const name of await names()) await paths.remove(name);
    paths.close();
  });

  const follow = (...leases: ListedLease[]) =>
    sync.follow(new Map(leases.map((one) => [one.path, one])), monotonicMs());
  const names = async () => {
    const target = "/v3/config/paths/list?itemsPerPage=1000";
    const list = await mediamtx.api<{ items: { name: string }[] }>(target);
    return list.items.map(({ name }) => name).filter((name) => name !== "all_others");
  };
  const inStep = async (...leases: ListedLease[]) => {
    const wanted = leases.filter(({ proxy, recording }) => proxy || recording);
    follow(...leases);
    await until("the paths are in step", async () => (await names()).length === wanted.length);
    assert.deepEqual((await names()).sort(), wanted.map(({ path }) => path).sort());
  };
  const get = (path: string) =>
    mediamtx.api<Record<string, unknown>>(`/v3/config/paths/get/${path}`);

  it("configures leases with a proxy or a recording, no others, and removes them with their lease", async () => {
    const recorded = proxied("recorded", { proxy: null, recording: true });
    await inStep(proxied("grp/proxied"), recorded, proxied("plain", { proxy: null }));
    const pulled = await get("grp/proxied");
    assert.deepEqual([pulled.sourceOnDemand, pulled.srtPublishPassphrase], [true, ""]);
    assert.match(String(pulled.source), /^rtsp:\/\/user:canary@127\.0\.0\.1:\d+\/x$/);
    assert.deepEqual(
      [(await get("recorded")).record, (await get("recorded")).source],
      [true, "publisher"],
    );
    await inStep(recorded);
    await inStep();
  });

  it("leaves nothing of a recorded lease in MediaMTX that nobody publishes to, and lets a live one go on", async () => {
    const live = async () =>
      (await mediamtx.api<{ items: { name: string }[] }>("/v3/paths/list")).items.map(
        ({ name }) => name,
      );
    const recorded = (path: string) => proxied(path, { proxy: null, recording: true });
    const publisher = await publishTestPicture(mediamtx, "busy");
    await inStep(recorded("busy"), recorded("idle"));
    await until("both are paths", async () => (await live()).length === 2);
    await inStep();
    await until("the idle one is gone", async () => !(await live()).includes("idle"));
    assert.deepEqual(await live(), ["busy"]);
    assert.equal(publisher.child.exitCode, null);
    await publisher.stop();
    await until("the other one is gone when it ends", async () => (await live()).length === 0);
  });

  it("removes a path when its lease has expired, without a new list", async () => {
    const leases = new Map([["brief", proxied("brief", { expiration: Date.now() + 1_500 })]]);
    const askedAt = monotonicMs();
    sync.follow(leases, askedAt);
    await until("the path is there", async () => (await names()).length === 1);
    await until("the path is gone", async () => {
      sync.follow(leases, monotonicMs());
      return (await names()).length === 0;
    });
  });

  it("does not cut a stream that begins to be recorded", async () => {
    const publisher = await publishTestPicture(mediamtx, "live");
    await inStep(proxied("live", { proxy: null, recording: true }));
    await until("it is recorded", async () => {
      const found = await mediamtx.api<{ segments?: unknown[] }>("/v3/recordings/get/live");
      return (found.segments ?? []).length > 0;
    });
    assert.equal(publisher.child.exitCode, null);
    await publisher.stop();
  });

  it("makes no path for a source that may not be pulled, says why, and asks again later only", async () => {
    addresses["camera.example"] = ["10.0.0.1"];
    follow(proxied("inside"), proxied("command", { proxy: "file:///etc/passwd" }), proxied("last"));
    await until("all are refused", () => log.lines().length === 3);
    assert.deepEqual(await names(), []);
    for (const { msg, reason } of log.lines()) {
      assert.equal(msg, "path refused");
      assert.match(String(reason), /^source must be/);
    }
    const before = asked.length;
    follow(proxied("inside"), proxied("fine", { proxy: "rtsp://1.1.1.1/x" }));
    await until("the next one is there", async () => (await names()).includes("fine"));
    assert.equal(asked.length, before);
    assert.doesNotMatch(log.text(), /canary/);
  });

  it("removes the path of a lease whose new source may not be pulled", async () => {
    await inStep(proxied("turned"));
    follow(proxied("turned", { proxy: "rtsp://127.0.0.1/x" }));
    await until("the path is gone", async () => (await names()).length === 0);
  });

  it("leaves the paths of administrators and of CloudTAK's calls alone", async () => {
    await paths.add("admin", { source: "rtsp://1.1.1.1/a" }, "administrator");
    await paths.add("early", { source: "rtsp://1.1.1.1/b" }, "cloudtak");
    follow(proxied("admin"), proxied("lease"));
    await until("the lease is there", async () => (await names()).includes("lease"));
    assert.match(String((await get("admin")).source), /\/a$/);
    follow();
    await until("the lease is gone", async () => !(await names()).includes("lease"));
    assert.deepEqual((await names()).sort(), ["admin", "early"]);
  });

  it("never touches the path that stands for all others", async () => {
    follow(proxied("all_others"), proxied("all"), proxied("lease"));
    await until("the lease is there", async () => (await names()).includes("lease"));
    assert.equal((await get("all_others")).source, "publisher");
    assert.deepEqual(await names(), ["lease"]);
  });

  it("configures everything again when MediaMTX has been restarted", async () => {
    await inStep(proxied("proxied"));
    await paths.add("admin", { source: "rtsp://1.1.1.1/a" }, "administrator");
    // What a restarted MediaMTX looks like: another start, none of the paths.
    for (const name of await names())
      await api.forward("DELETE", `/v3/config/paths/delete/${name}`);
    const restarted = new PathSync(
      paths,
      {
        get: async () => {
          looks++;
          return { started };
        },
      },
      log.log,
    );
    let started = "before";
    let looks = 0;
    const leases = new Map([["proxied", proxied("proxied")]]);
    restarted.follow(leases, monotonicMs());
    await until("it has looked", () => looks > 0);
    started = "after";
    await until("all are there", async () => {
      restarted.follow(leases, monotonicMs());
      return (await names()).length === 2;
    });
    restarted.close();
  });

  it("asks for MediaMTX's start once while nothing is configured, and still notices a restart", async () => {
    let started = "before";
    let looks = 0;
    const get = async () => {
      looks++;
      return { started };
    };
    const idle = new PathSync(paths, { get }, log.log);
    const look = async () => {
      idle.follow(new Map(), monotonicMs());
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    await look();
    await look();
    assert.equal(looks, 1);
    await paths.add("admin", { source: "rtsp://1.1.1.1/a" }, "administrator");
    await api.forward("DELETE", "/v3/config/paths/delete/admin");
    started = "after";
    await until("it is there again", async () => {
      await look();
      return (await names()).join() === "admin";
    });
    idle.close();
  });

  it("does not take a call that MediaMTX refused for its restart", async () => {
    await inStep(proxied("proxied"));
    const unauthorized = new MediamtxClient(mediamtx.ports.api, "another token");
    const asks = [api, unauthorized, api];
    let looks = 0;
    const get = async (target: string) => {
      const { [looks++]: ask = api } = asks;
      return ask.get(target);
    };
    const watchful = new PathSync(paths, { get }, log.log);
    await until("it has looked after the refusal", () => {
      watchful.follow(new Map([["proxied", proxied("proxied")]]), monotonicMs());
      return looks > asks.length;
    });
    watchful.close();
    await unauthorized.close();
    assert.deepEqual(
      log.lines().map(({ msg, reason }) => `${msg}: ${reason}`),
      [
        "path configured: undefined",
        "paths not in step with leases: MediaMTX GET /v3/info answered 401",
      ],
    );
    assert.ok([...paths.list().values()].every(({ isApplied }) => isApplied));
  });

  it("goes on with the next list when MediaMTX did not answer", async () => {
    let isDown = true;
    const flaky = new PathSync(
      paths,
      { get: (target) => (isDown ? Promise.reject(new Error("down")) : api.get(target)) },
      log.log,
    );
    const leases = new Map([["proxied", proxied("proxied")]]);
    flaky.follow(leases, monotonicMs());
    await until("it is told", () => log.lines().some(({ msg }) => /not in step/.test(String(msg))));
    isDown = false;
    await until("the path is there", async () => {
      flaky.follow(leases, monotonicMs());
      return (await names()).length === 1;
    });
    flaky.close();
  });
});
