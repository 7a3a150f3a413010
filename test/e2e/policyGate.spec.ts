import { strict as assert } from "node:assert";
import { pulumiIn, withStack } from "./system";

describe("the policy gate", () => {
  it("passes stack prod as it is committed", async () => {
    await withStack("prod", async () => {
      const { code, stdout, stderr } = await pulumiIn([
        ..."preview --stack prod --policy-pack policy".split(" "),
      ]);
      assert.equal(code, 0, stdout + stderr);
    });
  });

  it("stops stack prod with insecure ports, naming rule, resource and remedy", async () => {
    await withStack("prod", async () => {
      await pulumiIn("config set --stack prod enableInsecurePorts true".split(" "));
      const { code, stdout } = await pulumiIn([
        ..."preview --stack prod --policy-pack policy".split(" "),
      ]);
      assert.equal(code, 1, stdout);
      for (const port of ["1935", "8554"]) {
        assert.match(stdout, new RegExp(`insecure-ports[^]*listener[^]*${port}`, "i"));
      }
      assert.match(stdout, /pulumi config set enableInsecurePorts false/);
    });
  });
});
