import assert from "node:assert/strict";
import type { Registered } from "../../mocks";
import { arn, dev, ofType, one, prod, prodStack, statements } from "../program";

const secretArn = arn("secretsmanager", "secret:TAK-Prod-MediaInfra/SrtPassphrase-1-AbCdEf");

describe("SRT passphrase", () => {
  let made: readonly Registered[];
  before(async () => {
    made = await prodStack();
  });

  it("is made where none is configured, and kept in Secrets Manager", () => {
    const { namePrefix } = one(made, "srt-passphrase-secret").inputs;
    assert.equal(namePrefix, "TAK-Prod-MediaInfra/SrtPassphrase-");
    assert.equal(one(made, "srt-passphrase-value").inputs.secretId, "srt-passphrase-secret-id");
  });

  it("is never in clear in what the engine is told", () => {
    const value = one(made, "srt-passphrase-value").inputs.secretString;
    assert.match(JSON.stringify(value), /"1b47061264138c4ac30d75fd1eb44270"/);
  });

  it("is injected by its ARN, and read by the execution role alone", () => {
    const { containerDefinitions } = one(made, "media-task-definition").inputs;
    const [, mediamtx] = JSON.parse(String(containerDefinitions));
    assert.deepEqual(
      new Set(mediamtx.secrets.map(({ valueFrom }: { valueFrom: string }) => valueFrom)),
      new Set([secretArn]),
    );
    const readers = ofType(made, "RolePolicy").filter(({ name }) =>
      JSON.stringify(statements(made, name)).includes(secretArn),
    );
    assert.deepEqual(
      readers.map(({ name }) => name),
      ["media-task-execution-policy"],
    );
  });

  it("is found by the outputs", () => {
    const { outputs } = one(made, "tak-media-infra-prod");
    assert.equal(outputs?.srtPassphraseSecretArn, secretArn);
    assert.match(String(outputs?.srtPassphraseCommand), new RegExp(`--secret-id ${secretArn} `));
  });

  it("is not made where one is configured, nor in dev", async () => {
    const given = { srtPassphraseSecretArn: arn("secretsmanager", "secret:srt-AbCdEf") };
    for (const resources of [await prod(given), await dev()]) {
      assert.deepEqual(ofType(resources, "Secret"), []);
    }
  });
});
