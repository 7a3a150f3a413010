import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { type AuthFunction, startAuthFunction } from "../../../lambda/auth/authFunction";
import { until } from "../../../until";
import { chromiumPath } from "../../support/chromium";
import { defaultSegments } from "../../support/fixtures";
import { type ApiSystem, startApiSystem } from "../apiSystem";
import { serveCloudtakPage } from "./cloudtakPage";

interface Lease {
  readonly id: number;
  readonly path: string;
  readonly expiration: string | null;
  readonly read_user: string;
  readonly read_pass: string;
}

/** CloudTAK with its media server, the auth function in between, and CloudTAK's player in a browser. */
describe("CloudTAK's leases and player", function () {
  this.timeout(90_000);
  let auth: AuthFunction;
  let system: ApiSystem;
  let browser: Browser;
  let page: Page;
  let site: Awaited<ReturnType<typeof serveCloudtakPage>>;
  let token: string;

  before(async () => {
    auth = await startAuthFunction("open-read");
    system = await startApiSystem(defaultSegments, {}, { decide: auth.ask, isOpen: () => true });
    auth.cloudtak.setConfig("media::url", "http://localhost:9997");
    auth.cloudtak.setMediaPort(system.ports.api);
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    site = await serveCloudtakPage();
    const answer = await cloudtak("POST", "/api/login", {
      username: "test-user",
      password: "test-pass",
    });
    token = answer.body.token;
  });
  after(async () => {
    await browser?.close();
    site?.close();
    await system?.stop();
    await auth?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    await page.goto(site.url);
  });
  afterEach(() => page.close());

  async function cloudtak(method: string, path: string, body?: object) {
    const answer = await fetch(auth.cloudtak.url + path, {
      method,
      headers: {
        ...(body && { "content-type": "application/json" }),
        ...(token && { authorization: `Bearer ${token}` }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }
  async function newLease(more: object = {}): Promise<Lease> {
    const made = await cloudtak("POST", "/api/video/lease", { name: "camera", ...more });
    assert.equal(made.status, 200, JSON.stringify(made.body));
    // Credentials come after the answer.
    return (await cloudtak("GET", `/api/video/lease/${made.body.id}`)).body;
  }
  const publish = (path: string) => system.publish(path, "test-user", "test-pass");
  const play = (url: string) =>
    page.evaluate((text) => (window as unknown as { play(url: string): void }).play(text), url);
  const playedSeconds = () =>
    page.evaluate(() => document.querySelector("video")?.currentTime ?? 0);
  const untilPlaying = async () => {
    const before = await playedSeconds();
    await until("the picture moves", async () => (await playedSeconds()) > before + 0.5);
  };
  const hlsOf = async (path: string) =>
    (await cloudtak("GET", `/api/video/lease/${path}/metadata`)).body.protocols.hls.url;

  it("makes, changes and deletes a lease", async () => {
    const lease = await newLease();
    const changed = await cloudtak("PATCH", `/api/video/lease/${lease.id}`, {
      name: "renamed",
      proxy: "",
    });
    assert.deepEqual([changed.status, changed.body.name], [200, "renamed"]);
    const again = await cloudtak("PATCH", `/api/video/lease/${lease.id}`, { recording: true });
    assert.equal(again.status, 200);
    const deleted = await cloudtak("DELETE", `/api/video/lease/${lease.id}`);
    assert.equal(deleted.status, 200);
    assert.equal((await cloudtak("GET", `/api/video/lease/${lease.id}`)).status, 404);
  });

  it("shows a lease that is not live as inactive, and its URLs", async () => {
    const lease = await newLease();
    const { status, body } = await cloudtak("GET", `/api/video/lease/${lease.path}/metadata`);
    assert.equal(status, 200);
    assert.equal(body.path.ready, false);
    assert.match(body.protocols.hls.url, new RegExp(`/stream/${lease.path}/index.m3u8$`));
  });

  it("shows an administrator the media server's configuration and paths", async () => {
    const admin = { username: "admin", password: "admin-pass" };
    const user = token;
    try {
      token = (await cloudtak("POST", "/api/login", admin)).body.token;
      const { body } = await cloudtak("GET", "/api/video/service");
      assert.equal(body.configured, true);
      assert.equal(body.config.hls, true);
      assert.ok(Array.isArray(body.paths));
    } finally {
      token = user;
    }
  });

  it("plays an open lease by its number, which sends no credentials", async () => {
    const lease = await newLease();
    const ffmpeg = await publish(lease.path);
    await play(await hlsOf(lease.path));
    await untilPlaying();
    await ffmpeg.stop();
  });

  it("plays a secure lease by its URL, with the credentials in it", async () => {
    const lease = await newLease({ secure: true });
    const ffmpeg = await publish(lease.path);
    const url = `http://${lease.read_user}:${lease.read_pass}@localhost:9997/stream/${lease.path}/index.m3u8`;
    const target = `/api/video/active?url=${encodeURIComponent(url)}`;
    const { body } = await cloudtak("GET", target);
    assert.equal(body.metadata.active, true);
    await play(body.metadata.protocols.hls.url);
    await untilPlaying();
    await ffmpeg.stop();
  });

  it("plays a secure lease by its number not at all: CloudTAK sends a template in place of credentials", async () => {
    const lease = await newLease({ secure: true });
    const ffmpeg = await publish(lease.path);
    await play(await hlsOf(lease.path));
    await until("the player has given up", () =>
      page.evaluate(() =>
        Boolean((window as unknown as { state: { failed?: string } }).state.failed),
      ),
    );
    await ffmpeg.stop();
  });

  it("goes on when the publisher comes back within the player's retries", async () => {
    const lease = await newLease();
    const first = await publish(lease.path);
    await play(await hlsOf(lease.path));
    await untilPlaying();
    await first.stop();
    const second = await publish(lease.path);
    await untilPlaying();
    await second.stop();
  });
});
