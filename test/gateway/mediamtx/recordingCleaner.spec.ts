import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MediamtxClient, MediamtxError } from "../../../gateway/mediamtx/client";
import { RecordingCleaner } from "../../../gateway/mediamtx/recordingCleaner";
import { PathConfigurations } from "../../../gateway/paths/configurations";
import { leaseSettings } from "../../../gateway/paths/settings";
import { SourceRelays } from "../../../gateway/sources/sourceRelays";
import { until } from "../../until";
import { type Ffmpeg, type Mediamtx, publishTestPicture, startMediamtx } from "../support/fixtures";
import { memoryLog } from "../support/memoryLog";

interface Recorded {
  readonly segments?: readonly { readonly start: string }[];
}

describe("recordings", function () {
  this.timeout(40_000);
  const folder = mkdtempSync(join(tmpdir(), "recordings-"));
  const log = memoryLog();
  let mediamtx: Mediamtx;
  let api: MediamtxClient;
  let paths: PathConfigurations;
  const publishers: Ffmpeg[] = [];

  before(async () => {
    mediamtx = await startMediamtx({
      MTX_PATHDEFAULTS_RECORDPATH: `${folder}/%path/%Y-%m-%d_%H-%M-%S-%f`,
    });
    api = new MediamtxClient(mediamtx.ports.api, mediamtx.apiToken);
    paths = new PathConfigurations(api, new SourceRelays(() => {}));
  });
  after(async () => {
    await Promise.all(publishers.map((one) => one.stop()));
    paths?.close();
    await api?.close();
    await mediamtx?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const segments = async (path: string) =>
    (await mediamtx.api<Recorded>(`/v3/recordings/get/${path}`)).segments ?? [];

  /** Records until there is a file with pictures in it; returns its publisher. */
  async function record(path: string): Promise<Ffmpeg> {
    const settings = leaseSettings({ proxy: null, recording: true });
    if (!paths.list().has(path)) await paths.add(path, settings ?? {}, "lease");
    const before = (await segments(path)).length;
    const publisher = await publishTestPicture(mediamtx, path);
    publishers.push(publisher);
    await until(`${path} is recorded`, async () => (await segments(path)).length > before);
    return publisher;
  }

  const look = async (maxBytes: number) => {
    const cleaner = new RecordingCleaner(api, paths, { folder, maxBytes }, log.log);
    await cleaner.clean();
    cleaner.close();
  };

  it("lose their oldest segments when they take too much, never one that is being written", async () => {
    for (const path of ["old", "grp/new"]) await (await record(path)).stop();
    await until("nobody publishes", async () => {
      const { items } = await mediamtx.api<{ items: { ready: boolean }[] }>("/v3/paths/list");
      return items.every(({ ready }) => !ready);
    });
    await record("live");

    await look(2 ** 30);
    const count = async () =>
      Promise.all(["old", "grp/new", "live"].map(async (path) => (await segments(path)).length));
    assert.deepEqual(await count(), [1, 1, 1]);
    assert.deepEqual(log.lines(), []);

    await look(1);
    assert.deepEqual(await count(), [0, 0, 1]);
    assert.deepEqual(
      log.lines().map(({ msg, stream }) => [msg, stream]),
      [
        ["recording deleted: the disk is full", "old"],
        ["recording deleted: the disk is full", "grp/new"],
        ["recordings take more than their part of the disk", undefined],
      ],
    );
    assert.ok(statSync(join(folder, "live")).isDirectory());
  });

  it("lose what is being written when that alone is too much, while it goes on being recorded", async () => {
    const [first] = await segments("live");
    const starts = async () => (await segments("live")).map(({ start }) => start);
    await look(1);
    await until("another segment is written", async () => (await starts()).length > 1);
    await look(1);
    await until("another segment is written", async () => {
      const now = await starts();
      return now.length > 0 && !now.includes(first?.start ?? "");
    });
    const { items } = await mediamtx.api<{ items: { name: string; ready: boolean }[] }>(
      "/v3/paths/list",
    );
    assert.ok(items.some(({ name, ready }) => name === "live" && ready));
  });

  it("take no more than their part and what comes between two looks, at any rate", async () => {
    const disk = mkdtempSync(join(tmpdir(), "recordings-"));
    const maxBytes = 1_000;
    const bytesBetweenLooks = 400;
    const cameras = ["a", "b", "c"];
    let written = 0;
    const current = new Map<string, string>();
    const filesOf = (name: string) =>
      readdirSync(disk)
        .filter((file) => file.startsWith(name))
        .sort();
    const begin = (name: string) => current.set(name, join(disk, `${name}${1_000 + written++}`));
    const cleaner = new RecordingCleaner(
      {
        get: async (target) => ({
          pageCount: 1,
          items: cameras.map((name) =>
            target.startsWith("/v3/recordings")
              ? { name, segments: filesOf(name).map((file) => ({ start: file.slice(1) })) }
              : { name, ready: true },
          ),
        }),
        change: async (_method, target) => {
          const query = new URLSearchParams(target.split("?")[1]);
          rmSync(join(disk, `${query.get("path")}${query.get("start")}`));
        },
      },
      { splitRecording: async (name) => void begin(name) },
      { folder: disk, maxBytes },
      log.log,
    );
    for (const name of cameras) begin(name);
    let most = 0;
    for (let look = 0; look < 50; look++) {
      for (const file of current.values()) {
        appendFileSync(file, Buffer.alloc(bytesBetweenLooks / cameras.length));
      }
      const sizes = readdirSync(disk).map((file) => statSync(join(disk, file)).size);
      most = Math.max(
        most,
        sizes.reduce((sum, size) => sum + size, 0),
      );
      await cleaner.clean();
    }
    cleaner.close();
    rmSync(disk, { recursive: true });
    assert.ok(most <= maxBytes + 2 * bytesBetweenLooks, `${most} bytes`);
  });

  it("are deleted although one of them cannot be, and none that was not is told as deleted", async () => {
    const kept = mkdtempSync(join(tmpdir(), "recordings-"));
    const names = ["stuck", "other"];
    for (const name of names) writeFileSync(join(kept, name), "x");
    const before = log.lines().length;
    const cleaner = new RecordingCleaner(
      {
        get: async (target) => ({
          pageCount: 1,
          items: target.startsWith("/v3/recordings")
            ? names.map((name, index) => ({ name, segments: [{ start: `2026-01-0${index + 1}` }] }))
            : [],
        }),
        change: async (method, target) => {
          const name = String(new URLSearchParams(target.split("?")[1]).get("path"));
          if (name === "stuck") throw new MediamtxError(method, target, 500);
          rmSync(join(kept, name));
        },
      },
      { splitRecording: () => assert.fail("split") },
      { folder: kept, maxBytes: 1 },
      log.log,
    );
    await cleaner.clean();
    cleaner.close();
    assert.deepEqual(
      log
        .lines()
        .slice(before)
        .map(({ msg, stream, reason }) => [msg, stream, reason]),
      [
        [
          "recording not deleted",
          "stuck",
          "MediaMTX DELETE /v3/recordings/deletesegment answered 500",
        ],
        ["recording deleted: the disk is full", "other", undefined],
      ],
    );
    rmSync(kept, { recursive: true });
  });

  it("are not looked for where nothing has been recorded", async () => {
    const before = log.lines().length;
    const cleaner = new RecordingCleaner(
      { get: () => assert.fail("asked"), change: () => assert.fail("asked") },
      { splitRecording: () => assert.fail("split") },
      { folder: join(folder, "missing"), maxBytes: 1 },
      log.log,
    );
    await cleaner.clean();
    cleaner.close();
    assert.equal(log.lines().length, before);
  });
});
