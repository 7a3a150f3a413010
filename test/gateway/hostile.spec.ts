import fc from "fast-check";
import { everythingHostile } from "./hostile";

/** The long form of this is `npm run fuzz`. */
describe("a reader of network bytes answers or refuses, whatever comes", () => {
  for (const { name, inputs, survive } of everythingHostile) {
    it(name, function () {
      this.timeout(30_000);
      fc.assert(fc.property(inputs, survive), { numRuns: 1000 });
    });
  }
});
