import { strict as assert } from "node:assert";
import { publishing, read } from "./clients";
import { deploy, setConfig } from "./system";

describe("the auth function in the VPC", () => {
  after(async () => {
    await setConfig("authFunctionInVpc", "false");
    await deploy();
  });

  it("decides through the NAT gateway", async () => {
    await setConfig("authFunctionInVpc", "true");
    await deploy();
    const stream = await publishing(
      "rtmps://localhost:1936/live/test-user:test-pass:test-stream",
      "test-stream",
    );
    try {
      const media = await read("rtsps://test-user:test-pass@localhost:8555/test-stream");
      assert.ok(media.frames > 0);
    } finally {
      await stream.stop();
    }
  });
});
