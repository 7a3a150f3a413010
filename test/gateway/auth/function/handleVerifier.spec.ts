import assert from "node:assert/strict";
import { HandleVerifier } from "../../../../gateway/auth/function/handleVerifier";
import { maxBatch, type RunningSession } from "../../../../shared/authContract";
import { allow } from "../../support/fakeLambda";

const running = (path: string): RunningSession => ({ handle: `of-${path}`, action: "read", path });

describe("questions about handles", () => {
  it("of one moment share an invocation, up to the limit of the auth function", async () => {
    const batches: number[] = [];
    const questions = new HandleVerifier({
      recheck: async (sessions) => {
        batches.push(sessions.length);
        return sessions.map(({ path }) => allow({ path }));
      },
    });
    const asked = Array.from({ length: maxBatch + 20 }, (_, index) => `cam${index}`);
    const decisions = await Promise.all(asked.map((path) => questions.verify(running(path))));
    assert.deepEqual(batches, [maxBatch, 20]);
    assert.deepEqual(
      decisions.map((decision) => decision.allow && decision.path),
      asked,
    );
  });

  it("are undecided when no answer comes", async () => {
    const questions = new HandleVerifier({ recheck: async () => [] });
    assert.deepEqual(await questions.verify(running("cam")), { allow: false, reason: "undecided" });
  });
});
