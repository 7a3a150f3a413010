import { strict as assert } from "node:assert";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { until } from "../until";
import { askApi, httpsGet, publish, publishing, read, watch } from "./clients";
import {
  changeCloudtak,
  gatewayLog,
  loggedSince,
  paths,
  refusalsSince,
  resetCloudtak,
} from "./system";
import { publishUrls, readUrls } from "./urls";

interface Recorded {
  readonly items: readonly { readonly name: string }[];
}

const configured = async (path: string) =>
  (await askApi(`/v3/config/paths/get/${path}`)).status === 200;

/** The segments of a stream in the running task's volume. */
function segmentFiles(stream: string): string[] {
  const tasks = join(paths.root, "tasks");
  return readdirSync(tasks, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes(`volumes/recordings/${stream}/`) && name.endsWith(".mp4"))
    .map((name) => join(tasks, name));
}

async function recordings(login: string): Promise<{ status: number; names: string[] }> {
  const authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  const { status, body } = await httpsGet("https://localhost:9997/v3/recordings/list", {
    authorization,
  });
  const { items } = JSON.parse(body) as Recorded;
  return { status, names: items.map(({ name }) => name).sort() };
}

describe("leases", () => {
  afterEach(resetCloudtak);

  it("with a recording are recorded, for those who may see the stream", async () => {
    changeCloudtak(({ leases }) =>
      leases.push({
        id: 60,
        name: "r",
        path: "other-rec",
        username: "pilot@example.org",
        recording: true,
      }),
    );
    await until("both are configured", async () => {
      return (await configured("recorded-stream")) && (await configured("other-rec"));
    });
    const publishers = [
      await publishing(
        publishUrls.RTMPS?.("admin:admin-pass", "recorded-stream") ?? "",
        "recorded-stream",
      ),
      await publishing(publishUrls.RTSPS?.("admin:admin-pass", "other-rec") ?? "", "other-rec"),
    ];
    await until("both are recorded for 3 s", () => publishers.every((one) => one.frames() > 75));
    await Promise.all(publishers.map((one) => one.stop()));
    await until("the API lists both", async () => {
      const { names } = await recordings("admin:admin-pass");
      return names.includes("recorded-stream") && names.includes("other-rec");
    });
    const [file = ""] = segmentFiles("recorded-stream");
    const media = await read(file);
    assert.deepEqual(media.codecs, ["h264", "aac"]);
    assert.ok(media.frames >= 25, `${media.frames} frames in ${file}`);

    assert.deepEqual(await recordings("test-user:test-pass"), {
      status: 200,
      names: ["recorded-stream"],
    });
    assert.deepEqual(await recordings("observer:observer-pass"), { status: 200, names: [] });
  });

  it("with a proxy to where nothing may be pulled from make no path, and the log says why", async () => {
    // The log of the whole run: it was refused when the system came up.
    await until("it is refused", () =>
      loggedSince(0, "path refused").some(
        ({ stream, reason }) => stream === "proxied-stream" && /public internet/.test(reason ?? ""),
      ),
    );
    assert.equal(await configured("proxied-stream"), false);
    const logged = gatewayLog().length;
    const publisher = publish(publishUrls.RTMPS?.("test-user:test-pass", "proxied-stream") ?? "");
    assert.notEqual(await publisher.ended, 0);
    assert.deepEqual(refusalsSince(logged), ["not-permitted"]);
  });

  it("with a proxy on the internet become a source that shows no login anywhere", async () => {
    const proxy = "rtsp://camera:canary-login@1.1.1.1:554/stream";
    changeCloudtak(({ leases }) =>
      leases.push({ id: 61, name: "p", path: "pulled", username: "test-user", proxy }),
    );
    await until("it is configured", () => configured("pulled"));
    const { body } = await askApi<Record<string, unknown>>("/v3/config/paths/get/pulled");
    assert.deepEqual([body.source, body.sourceOnDemand], ["<redacted>", true]);
    resetCloudtak();
    await until("it is gone", async () => !(await configured("pulled")));
    assert.doesNotMatch(gatewayLog(), /canary-login/);
  });

  it("that are deleted end their sessions long before the next recheck", async () => {
    const lease = { id: 62, name: "doomed", path: "doomed", username: "test-user" };
    changeCloudtak(({ leases }) => leases.push(lease));
    const publisher = await publishing(
      publishUrls.RTMPS?.("test-user:test-pass", "doomed") ?? "",
      "doomed",
    );
    const reader = watch(readUrls.RTSPS?.("test-user:test-pass", "doomed") ?? "");
    await until("it is watched", () => reader.frames() > 0);
    resetCloudtak();
    await until("both are cut", () => !publisher.isRunning() && !reader.isRunning(), 20_000);
  });
});
