import assert from "node:assert/strict";
import { MediaInfra, mediaInfra } from "../../components/mediaInfra";
import { ConfigError } from "../../config";
import program from "../../index";
import { clusterArn, dev as devArgs } from "../config/samples";
import { registeredBefore } from "../mocks";
import { devConfig, withKeys } from "./program";

const foreign = clusterArn.replace("123456789012", "210987654321");
const args = { ...devArgs, environment: "dev" as const, clusterArn: foreign };

/** What is of another account is found before anything is made. */
describe("an ARN of another account", () => {
  for (const [title, make, config] of [
    ["the program", program, withKeys(devConfig, { clusterArn: foreign, kmsKeyArn: "key" })],
    ["the function of the library", async () => mediaInfra(args), {}],
    ["the component of the library", async () => new MediaInfra("media", args), {}],
  ] as const) {
    it(`keeps ${title} from making any resource`, async () => {
      const { error, custom } = await registeredBefore(make, "dev", config);
      assert.deepEqual(custom, []);
      assert.match(
        String(error),
        /"clusterArn" is of account 210987654321; allowed: one of account 123456789012/,
      );
    });
  }

  it("is told together with all other faults", async () => {
    const config = withKeys(devConfig, { clusterArn: foreign, kmsKeyArn: "key" });
    const { error } = await registeredBefore(program, "dev", config);
    const { cause } = error as { cause: unknown };
    assert.ok(cause instanceof ConfigError);
    assert.deepEqual(
      cause.faults.map(({ key }) => key),
      ["kmsKeyArn", "clusterArn"],
    );
  });
});
