import assert from "node:assert/strict";
import { analyze as ask } from "../analyzer";

const stackType = "pulumi:pulumi:Stack";
const analyze = (type: string, props: object, options: object) =>
  ask("environment-matches-stack", type, props, options);

describe("environment-matches-stack", () => {
  it("refuses the environment dev on a stack that is named for production", async () => {
    assert.deepEqual(
      await analyze(stackType, {}, { environment: "development", stack: "prod-eu" }),
      [
        {
          rule: "environment-matches-stack",
          level: "mandatory",
          message:
            'Prohibits "environment: dev" on a stack that is named for production.\n' +
            'stack "prod-eu" is configured with "environment: dev", which turns the rules for ' +
            'production into advice. Run "pulumi config rm environment", or choose another stack name.',
        },
      ],
    );
  });

  it("finds the name in every case and length", async () => {
    for (const stack of [
      "prod",
      "PROD",
      "Production2",
      "products",
      "eu-prod",
      "eu.Production",
      "eu_west_prod2",
    ]) {
      const found = await analyze(stackType, {}, { environment: "development", stack });
      assert.deepEqual(
        found.map(({ rule }) => rule),
        ["environment-matches-stack"],
        stack,
      );
    }
  });

  it("allows dev on every other stack", async () => {
    for (const stack of [
      "dev",
      "preprod",
      "pro",
      "pre-prod",
      "non-prod",
      "eu-products",
      "reproduction",
    ]) {
      assert.deepEqual(await analyze(stackType, {}, { environment: "development", stack }), []);
    }
  });

  it("allows production on every stack", async () => {
    for (const stack of ["prod", "dev"]) {
      assert.deepEqual(await analyze(stackType, {}, { environment: "production", stack }), []);
    }
  });

  it("is reported once, for the stack and not for each of its resources", async () => {
    const type = "aws:s3/bucket:Bucket";
    assert.deepEqual(await analyze(type, {}, { environment: "development", stack: "prod" }), []);
  });
});
