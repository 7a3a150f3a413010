import assert from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { until } from "../../../until";
import { chromiumPath } from "../../support/chromium";
import { defaultSegments, startFfmpeg, toRtsp } from "../../support/fixtures";
import { type ApiSystem, startApiSystem } from "../apiSystem";

/** On http://localhost browsers take Secure cookies, as they do behind TLS. */
describe("web page in Chromium", function () {
  this.timeout(60_000);
  let system: ApiSystem;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  before(async () => {
    system = await startApiSystem(defaultSegments);
    await Promise.all([system.publish("grp/cam"), system.publish("other")]);
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
  });
  after(async () => {
    await browser?.close();
    await system?.stop();
  });
  beforeEach(async () => {
    problems.length = 0;
    // A phone.
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("console", (message) => {
      // A browser says about each 4xx that it has loaded nothing.
      if (message.type() === "error" && !message.text().includes("Failed to load resource")) {
        problems.push(message.text());
      }
    });
    page.on("request", (request) => {
      const { hostname, protocol } = new URL(request.url());
      if (/^http/.test(protocol) && hostname !== "localhost") problems.push(request.url());
    });
  });
  afterEach(async () => {
    await page.close();
    assert.deepEqual(problems, []);
  });

  const open = (target: string) => page.goto(`http://localhost:${system.ports.api}${target}`);
  async function signIn(password = "canary-password") {
    await open("/");
    await page.fill("[name=user]", "ada");
    await page.fill("[name=password]", password);
    await page.click("#sign-in button");
  }
  const card = () => page.locator("article", { hasText: "grp/cam" });

  it("says that a password is wrong", async () => {
    await signIn("wrong");
    await page.waitForSelector("#problem:not([hidden])");
    assert.match((await page.textContent("#problem")) ?? "", /wrong/);
    assert.equal(await page.locator("article").count(), 0);
  });

  it("shows the streams that the user may see, with what there is to know about them", async () => {
    await signIn();
    await card().waitFor();
    assert.equal(await page.locator("article").count(), 1);
    await card()
      .getByText(/in \d+ kbit.s/)
      .waitFor();
    assert.match((await card().textContent()) ?? "", /RTSP since .*H264, MPEG-4 Audio.*0 watching/);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.equal(width, 390);
    await card().getByText("URLs").click();
    const urls = await card().locator("code").allTextContents();
    assert.ok(urls.includes("rtsps://localhost:8555/grp/cam"), urls.join(" "));
    assert.ok(urls.includes("rtmps://localhost:1936/live"));
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await card().getByRole("button", { name: "Copy" }).first().click();
    await card().getByText("Copied").waitFor();
    assert.ok(urls.includes(await page.evaluate("navigator.clipboard.readText()")));
    assert.equal(await page.evaluate("document.cookie"), "");
    await page.reload();
    await card().waitFor();
    await page.click("#sign-out");
    await page.waitForSelector("#sign-in:not([hidden])");
    assert.deepEqual(await page.context().cookies(), []);
  });

  it("opens the stream that its address names, and says what open leases give away", async () => {
    await open("/#grp/cam");
    await page.fill("[name=user]", "ada");
    await page.fill("[name=password]", "canary-password");
    await page.click("#sign-in button");
    await page.locator("#player[open] h2", { hasText: "grp/cam" }).waitFor();
    await until(
      "the picture moves",
      async () =>
        (await page.evaluate(() => document.querySelector("video")?.currentTime ?? 0)) > 0.5,
    );
    assert.match(
      (await page.textContent("#open-leases")) ?? "",
      /CloudTAK's own player sends none/,
    );
  });

  it("plays a stream", async () => {
    await signIn();
    await card().getByRole("button", { name: "Play" }).click();
    await until(
      "the picture moves",
      async () => Number(await page.evaluate("document.querySelector('video').currentTime")) > 0.5,
    );
    assert.equal(await page.evaluate("document.querySelector('video').videoWidth"), 160);
    assert.equal(system.sessions.list().filter(({ action }) => action === "read").length, 1);
    await page.getByRole("button", { name: "Close" }).click();
  });

  it("says which codec this browser cannot play, in place of a black picture", async () => {
    const url = `rtsp://ada:canary-password@127.0.0.1:${system.ports.rtsp}/own`;
    const publisher = startFfmpeg([
      ..."-re -f lavfi -i testsrc=size=160x120:rate=15 -c:v mpeg4".split(" "),
      ...toRtsp(url),
    ]);
    try {
      await system.mediamtx.untilReady("own");
      await signIn();
      const own = page.locator("article", { hasText: "own" });
      await own.getByRole("button", { name: "Play" }).click();
      const words = await page.textContent("#player [role=alert]");
      assert.match(words ?? "", /cannot play MPEG-4 Video/);
      assert.equal(await page.isVisible("#player video"), false);
    } finally {
      await publisher.stop();
    }
  });

  it("plays what browsers know of a stream, says what it leaves out, and goes on after a gap", async () => {
    const url = `rtsp://ada:canary-password@127.0.0.1:${system.ports.rtsp}/own`;
    const picture = "-re -f lavfi -i testsrc=size=160x120:rate=15 -f lavfi -i sine";
    const codecs =
      "-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -pix_fmt yuv420p -c:a pcm_mulaw -ar 8000";
    const start = async () => {
      const publisher = startFfmpeg([...`${picture} ${codecs}`.split(" "), ...toRtsp(url)]);
      await system.mediamtx.untilReady("own");
      return publisher;
    };
    const time = async () =>
      Number(await page.evaluate("document.querySelector('video').currentTime"));
    const moves = async () => {
      const before = await time();
      await until("the picture moves", async () => (await time()) > before + 0.5);
    };
    let publisher = await start();
    try {
      await signIn();
      const own = page.locator("article", { hasText: "own" });
      await own.getByRole("button", { name: "Play" }).click();
      await moves();
      const hint = await page.textContent("#player [role=note]");
      assert.match(hint ?? "", /Not played here: G711/);
      await publisher.stop();
      await page.getByText("Waiting for the stream").waitFor();
      publisher = await start();
      await moves();
      await until("it says nothing more", async () => {
        return (await page.textContent("#player [role=alert]")) === "";
      });
    } finally {
      await publisher.stop();
    }
  });

  it("plays where there is ManagedMediaSource alone, as on iPhones", async () => {
    await page.addInitScript("ManagedMediaSource = MediaSource; delete window.MediaSource;");
    await signIn();
    await card().getByRole("button", { name: "Play" }).click();
    await until(
      "the picture moves",
      async () => Number(await page.evaluate("document.querySelector('video').currentTime")) > 0.5,
    );
  });

  it("leaves playing to the browser where there is neither, and says when that cannot either", async () => {
    await page.addInitScript(`
      delete window.MediaSource;
      HTMLMediaElement.prototype.canPlayType = (type) => window.nativeHls ? "maybe" : "";
    `);
    await signIn();
    await card().getByRole("button", { name: "Play" }).click();
    assert.match(
      (await page.textContent("#player [role=alert]")) ?? "",
      /cannot play live streams/,
    );
    await page.getByRole("button", { name: "Close" }).click();
    await page.evaluate("window.nativeHls = true");
    await card().getByRole("button", { name: "Play" }).click();
    assert.match(
      String(await page.evaluate("document.querySelector('video').src")),
      /\/stream\/grp\/cam\/index\.m3u8$/,
    );
  });

  it("tries the API out in its documentation", async () => {
    await open("/docs");
    await page.click("button.authorize");
    await page.fill("#auth-basic-username", "admin");
    await page.fill("#auth-basic-password", "canary-password");
    await page.locator(".auth-container", { hasText: "basic" }).getByText("Authorize").click();
    await page.click("button.btn-done");
    const operation = page.locator(".opblock", { hasText: "/v3/info" }).first();
    await operation.locator(".opblock-summary-control").click();
    await operation.getByRole("button", { name: "Execute" }).click();
    await operation.locator(".live-responses-table").getByText("v1.20.1").first().waitFor();
  });

  it("terminates a stream", async () => {
    await signIn();
    page.on("dialog", (dialog) => dialog.accept());
    await card().getByRole("button", { name: "Terminate" }).click();
    await until("the publisher is gone", () => !system.sessions.publisherOf("grp/cam"));
    await card().waitFor({ state: "detached" });
    assert.equal(await page.textContent("#streams"), "Nothing is live.");
  });
});
