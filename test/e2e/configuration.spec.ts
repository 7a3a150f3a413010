import { strict as assert } from "node:assert";
import { pulumiIn, withStack } from "./system";

const faults: Record<string, string> = {
  mediamtxCpu: "300",
  vpcCidrBlock: "10.0.0.0/33",
  enableInsecurePort: "true",
  logRetentionDays: "2",
  protect: "maybe",
  recheckIntervalSeconds: "soon",
  allowedCidrs: "everywhere",
  domainName: "",
  hostedZoneName: "",
};

describe("a bad configuration", () => {
  it("is refused in one message that names all its faults", async () => {
    await withStack("prod", async () => {
      for (const [key, value] of Object.entries(faults)) {
        await pulumiIn(["config", "set", "--stack", "prod", key, value]);
      }
      const { code, stdout, stderr } = await pulumiIn("preview --stack prod".split(" "));
      const said = stdout + stderr;
      assert.notEqual(code, 0, said);
      for (const fault of [
        "mediamtxCpu",
        "vpcCidrBlock",
        "enableInsecurePort",
        "logRetentionDays",
        '"protect" is maybe; allowed: true or false; pulumi config set protect',
        '"recheckIntervalSeconds" is soon; allowed: an integer',
        '"allowedCidrs" is everywhere; allowed: a list',
        "certificateArn",
      ]) {
        assert.ok(said.includes(fault), `${fault} is not named in:\n${said}`);
      }
      assert.equal(/at Object\.|node:internal/.test(said), false, "a stack trace was printed");
    });
  });
});
