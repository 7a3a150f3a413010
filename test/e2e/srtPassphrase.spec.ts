import { strict as assert } from "node:assert";
import { EmptyCloud } from "./emptyCloud";

describe("a production stack without an SRT passphrase of its own", () => {
  const cloud = new EmptyCloud("srt-passphrase");
  after(() => cloud.remove());

  it("gets one that the pack agrees to, that stays, and that its outputs tell how to read", async () => {
    await cloud.init("prod-srt", {
      "aws:region": "ap-southeast-2",
      environment: "prod",
      domainName: "media.example.org",
      hostedZoneName: "example.org",
      cloudtakStack: "TAK-Prod",
      protect: "true",
    });
    await cloud.up("prod-srt");
    const read = await cloud.pulumiOrFail("stack output --stack prod-srt srtPassphraseCommand");
    assert.match(
      read,
      /^aws secretsmanager get-secret-value --region ap-southeast-2 --secret-id arn:aws:secretsmanager:\S+:secret:TAK-Prod-srt-MediaInfra\/SrtPassphrase-\S+ --query SecretString --output text$/m,
    );
    const state = await cloud.pulumiOrFail("stack export --show-secrets --stack prod-srt");
    assert.match(state, /\\"[A-Za-z0-9]{32}\\"/);
    assert.deepEqual(await cloud.preview("prod-srt"), {});
  });
});
