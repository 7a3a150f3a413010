import assert from "node:assert/strict";
import { RunError } from "@pulumi/pulumi";
import { checkedExport } from "../../../components/auth/cloudtakExports";
import { secretArn } from "../../config/samples";

describe("what CloudTAK's stack exports", () => {
  const url = (text: string, environment: "dev" | "prod" = "prod") =>
    checkedExport("TAK-Dev-CloudTAK-ServiceURL", "ServiceURL", text, environment);
  const secret = (text: string) =>
    checkedExport("TAK-Dev-CloudTAK-SigningSecret", "SigningSecret", text, "prod");

  it("is taken as it would be from the configuration", () => {
    assert.equal(url("https://cloudtak.example.org/"), "https://cloudtak.example.org");
    assert.equal(url("http://localhost:5001", "dev"), "http://localhost:5001");
    assert.equal(secret(secretArn), secretArn);
  });

  it("is refused, and not shown, where it would be refused there", () => {
    for (const refused of [
      () => url("http://canary.example.org"),
      () => url("http://localhost:5001"),
      () => url("https://canary:canary@cloudtak.example.org"),
      () => url(""),
      () => secret("canary"),
    ]) {
      assert.throws(refused, (error) => {
        assert.ok(RunError.isInstance(error));
        assert.match(error.message, /^the CloudFormation export TAK-Dev-CloudTAK-\w+ has a value/);
        assert.doesNotMatch(error.message, /canary|localhost/);
        return true;
      });
    }
  });
});
