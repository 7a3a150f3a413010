import assert from "node:assert/strict";
import { dev, ofType, prod } from "./program";

describe("the roles of a stack", () => {
  for (const [stack, graph] of [
    ["Dev", dev],
    ["Prod", prod],
  ] as const) {
    it(`stand under a path of their own in TAK-${stack}`, async () => {
      assert.deepEqual(
        ofType(await graph(), "Role")
          .map(({ name, inputs }) => [name, inputs.path])
          .sort(),
        ["auth-role", "media-task-execution-role", "media-task-role", "network-flow-log-role"].map(
          (name) => [name, `/TAK-${stack}-MediaInfra/`],
        ),
      );
    });
  }
});
