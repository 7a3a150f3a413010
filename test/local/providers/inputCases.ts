import assert from "node:assert/strict";
import { aws } from "../../../local/providers/aws";
import type { Properties } from "../../../local/providers/engine/wire";
import { Provider } from "./client";
import { tokens } from "./fixtures";

/** [what AWS refuses, type, inputs, beginning of the one fault]. */
export type Refused = [string, keyof typeof tokens, Properties, string];

/** [what looks like it and AWS takes, type, inputs]. */
export type Accepted = [string, keyof typeof tokens, Properties];

export const without = (inputs: Properties, name: string): Properties =>
  Object.fromEntries(Object.entries(inputs).filter(([key]) => key !== name));

/** One test for each case, over the provider's Check. */
export function describeInputs(
  subject: string,
  refused: readonly Refused[],
  accepted: readonly Accepted[],
): void {
  describe(`inputs ${subject}`, () => {
    let provider: Provider;
    before(async () => {
      provider = await Provider.start(aws);
    });
    after(() => provider.stop());

    for (const [what, type, inputs, expected] of refused) {
      it(`refuses ${what}`, async () => {
        const { faults } = await provider.check(tokens[type], "a", inputs);
        assert.ok(
          faults.length === 1 && faults[0]?.startsWith(expected),
          `${JSON.stringify(faults)} is not [${expected} ...]`,
        );
      });
    }

    for (const [what, type, inputs] of accepted) {
      it(`accepts ${what}`, async () => {
        assert.deepEqual((await provider.check(tokens[type], "a", inputs)).faults, []);
      });
    }
  });
}
