import assert from "node:assert/strict";
import { type StandIn, startStandIn } from "./standIn";

describe("CloudTAK stand-in, fault injection", () => {
  let cloudtak: StandIn;
  beforeEach(async () => {
    cloudtak = await startStandIn();
  });
  afterEach(() => cloudtak.close());

  it("html, error, huge, wrong-json and redirect answer each in its way", async () => {
    const seen: unknown[] = [];
    for (const mode of ["html", "error", "huge", "wrong-json", "redirect", "up"] as const) {
      cloudtak.setMode(mode);
      const { status, type } = await cloudtak.get("/api");
      seen.push([mode, status, type.split(";")[0]]);
    }
    assert.deepEqual(seen, [
      ["html", 502, "text/html"],
      ["error", 500, "application/json"],
      ["huge", 200, "application/json"],
      ["wrong-json", 200, "application/json"],
      ["redirect", 302, ""],
      ["up", 200, "application/json"],
    ]);
  });

  it("down resets connections until it is up again", async () => {
    cloudtak.setMode("down");
    await assert.rejects(cloudtak.get("/api"));
    cloudtak.setMode("up");
    assert.equal((await cloudtak.get("/api")).status, 200);
  });

  it("slow answers later than clients wait, and does not hold up the end", async () => {
    cloudtak.setMode("slow");
    const answer = fetch(`${cloudtak.url}/api`);
    while (cloudtak.count("GET /api") === 0) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([assert.rejects(answer), cloudtak.close()]);
  });
});
