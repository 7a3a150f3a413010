/**
 * `npm run pictures`: draws the documentation's picture of the gateway's page anew, from a running local system with
 * FFmpeg's test pictures on air. Needs Chromium and free ports, as `npm run test:e2e` does.
 */
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { outputOptions, startFfmpeg, untilLive } from "../e2e/clients";
import { stopAllPrograms } from "../e2e/program";
import { addToCloudtak, stopSystem, system } from "../e2e/system";
import { chromiumPath } from "../gateway/support/chromium";

const folder = join(__dirname, "../../docs/images");

/** Path of a lease, FFmpeg's source of pictures, and where it is published. */
const streams = [
  ["bridge-camera", "testsrc2=size=1280x720:rate=25", "rtmps://localhost:1936/live/"],
  ["drone-1", "mandelbrot=size=1280x720:rate=25", "srt://localhost:8890?streamid="],
  ["field-camera-2", "smptehdbars=size=1920x1080:rate=25", "srt://localhost:8890?streamid="],
] as const;

const encoded =
  "-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 25 -b:v 1M -c:a aac";

async function publish(): Promise<void> {
  for (const [path, picture, server] of streams) {
    addToCloudtak(`user-of-${path}`, "password", path);
    const inputs = `-re -f lavfi -i ${picture} -re -f lavfi -i sine`.split(" ");
    const url = `${server}user-of-${path}:password:${path}`;
    const program = startFfmpeg([...inputs, ...encoded.split(" "), ...outputOptions(url)]);
    await untilLive(path, program);
  }
}

async function draw(browser: Browser): Promise<void> {
  const viewport = { width: 1100, height: 620 };
  const page = await browser.newPage({ ignoreHTTPSErrors: true, viewport });
  await page.goto("https://localhost:9997/");
  await page.fill("[name=user]", "admin");
  await page.fill("[name=password]", "admin-pass");
  await page.click("#sign-in button");
  // The second answer gives the first bit rates.
  await page
    .locator("article", { hasText: "bit/s" })
    .nth(streams.length - 1)
    .waitFor();
  await page.screenshot({ path: join(folder, "page.png") });
}

async function main(): Promise<void> {
  let browser: Browser | undefined;
  try {
    await system();
    await publish();
    browser = await chromium.launch({ executablePath: chromiumPath(), args: ["--no-sandbox"] });
    await draw(browser);
  } finally {
    await browser?.close();
    stopAllPrograms();
    await stopSystem();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
