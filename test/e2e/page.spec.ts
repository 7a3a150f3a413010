/** The page in Chromium while the publisher is away and when the task is replaced. */
import { strict as assert } from "node:assert";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { until } from "../until";
import { type Publisher, publishing, publishingWithin, untilGone } from "./clients";
import { system } from "./system";

const executablePath = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "chromium"))
  .find(existsSync);
const stream = "test-stream";
const url = `rtmps://localhost:1936/live/test-user:test-pass:${stream}`;

describe("the page's player", () => {
  let browser: Browser;
  let page: Page;
  let publisher: Publisher;
  before(async () => {
    await system();
    publisher = await publishing(url, stream);
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
    page = await browser.newPage({ ignoreHTTPSErrors: true });
    await page.goto("https://localhost:9997/");
    await page.fill("[name=user]", "test-user");
    await page.fill("[name=password]", "test-pass");
    await page.click("#sign-in button");
    const card = page.locator("article", { hasText: stream });
    await card.getByRole("button", { name: "Play" }).click();
  });
  after(async () => {
    await browser?.close();
    await publisher?.stop();
  });

  const currentTime = async () =>
    Number(await page.evaluate("document.querySelector('#player video').currentTime"));
  const words = () => page.textContent("#player [role=alert]");
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** The picture moves on for a second, from wherever it is now, and nothing is reported. */
  async function plays(): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (let moves = 0, before = await currentTime(); moves < 4; ) {
      await pause(250);
      const now = await currentTime();
      moves = now > before && (await words()) === "" ? moves + 1 : 0;
      before = now;
      assert.ok(Date.now() < deadline, `the picture stands still: ${await words()}`);
    }
  }

  it("plays", plays);

  for (const seconds of [3, 30]) {
    it(`goes on when the publisher comes back after ${seconds} s`, async () => {
      await publisher.stop();
      await untilGone(stream);
      await pause(seconds * 1_000);
      if (seconds > 10) assert.match((await words()) ?? "", /Waiting/);
      publisher = await publishing(url, stream);
      await plays();
    });
  }

  it("goes on when the task was replaced", async () => {
    const running = await system();
    const before = running.runningTasks();
    running.killContainer("mediamtx");
    await publisher.stop();
    const isReplaced = () => running.runningTasks().join() !== before.join();
    await until("the task was replaced", isReplaced, 60_000);
    await running.ready();
    publisher = await publishingWithin(url, stream, 40_000);
    await plays();
  });
});
