import { strict as assert } from "node:assert";
import { publishing } from "./clients";
import { curl } from "./curl";
import { reports } from "./system";

const api = "https://localhost:9997";

describe("the guide's API commands", () => {
  it("show configuration, streams and a stream, and terminate it", async () => {
    const publisher = await publishing(
      "rtmps://localhost:1936/live/test-user:test-pass:test-stream",
      "test-stream",
    );
    try {
      const global = await curl("admin:admin-pass", `${api}/v3/config/global/get`);
      assert.equal(global.status, 200, reports());
      assert.equal(JSON.parse(global.body).srtAddress, ":8890");
      const list = JSON.parse((await curl("test-user:test-pass", `${api}/v3/paths/list`)).body);
      const live = list.items.filter(({ ready }: { ready: boolean }) => ready);
      assert.deepEqual(
        live.map(({ name }: { name: string }) => name),
        ["test-stream"],
      );
      const one = await curl("test-user:test-pass", `${api}/v3/paths/get/test-stream`);
      assert.equal(JSON.parse(one.body).ready, true);
      const kick = `${api}/v3/paths/kick/test-stream`;
      assert.equal((await curl("observer:observer-pass", "-X", "POST", kick)).status, 403);
      assert.ok(publisher.isRunning());
      assert.equal((await curl("test-user:test-pass", "-X", "POST", kick)).status, 200);
      await publisher.ended;
    } finally {
      await publisher.stop();
    }
  });

  it("serve the web page and the documentation behind TLS", async () => {
    const page = await curl("", "-H", "accept: text/html", `${api}/`);
    assert.match(page.body, /<title>TAK media server/);
    assert.equal(JSON.parse((await curl("", `${api}/openapi.json`)).body).openapi, "3.0.0");
  });
});
