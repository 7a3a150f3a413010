import assert from "node:assert/strict";
import fc from "fast-check";
import { everyParser } from "./everyParser";

/** The long form of this is `npm run fuzz`, which also asserts how long the worst of these inputs take. */
describe("a reader of network bytes answers or refuses, whatever comes", () => {
  for (const { name, inputs, worst, survive } of everyParser) {
    it(name, function () {
      this.timeout(30_000);
      fc.assert(fc.property(inputs, survive), { numRuns: 1000 });
    });
    if (!worst) continue;
    it(`${name}, at its worst`, function () {
      this.timeout(30_000);
      let count = 0;
      for (const input of worst()) {
        survive(input);
        // All of them are many: those of each kind that come first will do here.
        if (++count === 40) break;
      }
      assert.ok(count > 0);
    });
  }
});
