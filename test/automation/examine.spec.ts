import assert from "node:assert/strict";
import { mock } from "node:test";
import { type Check, examine, examineInTurn } from "../../automation/checks/examine";
import { type Finding, fault, ok, warning } from "../../automation/checks/finding";
import { hasFault, line, tally } from "../../automation/checks/report";

const finds = (subject: string, found: Finding[] = [ok(subject, "fine")]): Check<null> => ({
  subject,
  run: async () => found,
});
const levels = (findings: readonly Finding[]) =>
  findings.map(({ level, subject }) => `${level} ${subject}`);

describe("a list of checks", () => {
  it("is reported in its order, whatever ends first", async () => {
    let release = () => {};
    const slow: Check<null> = {
      subject: "slow",
      run: () =>
        new Promise((resolve) => {
          release = () => resolve([ok("slow", "at last")]);
        }),
    };
    const reported: string[] = [];
    const done = examine([slow, finds("quick")], null, {
      onFindings: (findings) => reported.push(...levels(findings)),
    });
    await Promise.resolve();
    assert.deepEqual(reported, []);
    release();
    assert.deepEqual(levels(await done), ["ok slow", "ok quick"]);
    assert.deepEqual(reported, ["ok slow", "ok quick"]);
  });

  it("turns a check that fails, or finds nothing, into a warning with the reason", async () => {
    const failing: Check<null> = {
      subject: "failing",
      run: async () => {
        throw Object.assign(new Error("you may\nnot"), { name: "AccessDeniedException" });
      },
    };
    const found = await examine([failing, finds("empty", [])], null);
    assert.deepEqual(levels(found), ["warning failing", "warning empty"]);
    assert.equal(found[0]?.message, "not checked: AccessDeniedException: you may not");
  });

  it("gives up a check that does not answer, and aborts what it has begun", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      let aborted = false;
      const hanging: Check<null> = {
        subject: "hanging",
        timeoutMs: 5000,
        run: (_, signal) => {
          signal.addEventListener("abort", () => {
            aborted = true;
          });
          return new Promise(() => {});
        },
      };
      const done = examine([hanging, finds("other")], null);
      mock.timers.tick(4999);
      assert.equal(aborted, false);
      mock.timers.tick(1);
      const found = await done;
      assert.equal(aborted, true);
      assert.deepEqual(levels(found), ["warning hanging", "ok other"]);
      assert.equal(found[0]?.message, "not checked: no answer within 5 s");
    } finally {
      mock.timers.reset();
    }
  });

  it("ends when it is cancelled", async () => {
    const controller = new AbortController();
    const hanging: Check<null> = { subject: "hanging", run: () => new Promise(() => {}) };
    const done = examine([hanging], null, { signal: controller.signal });
    controller.abort();
    assert.equal((await done)[0]?.message, "not checked: cancelled");
    const [late] = await examine([hanging], null, { signal: controller.signal });
    assert.equal(late?.level, "warning");
  });

  it("leaves out what does not apply, and can go on in turn", async () => {
    const order: string[] = [];
    const step = (subject: string): Check<null> => ({
      subject,
      run: async () => {
        order.push(`${subject} begins`);
        await Promise.resolve();
        order.push(`${subject} ends`);
        return [ok(subject, "")];
      },
    });
    const never = { ...step("never"), applies: () => false };
    assert.equal((await examineInTurn([step("one"), never, step("two")], null)).length, 2);
    assert.deepEqual(order, ["one begins", "one ends", "two begins", "two ends"]);
  });

  it("is one line a finding, with what mends it, and counted", () => {
    const findings = [
      ok("zones", "a, b"),
      warning("role", "is not there", "aws iam create"),
      fault("quota", "too low", "aws service-quotas"),
      fault("secret", "is gone", "aws secretsmanager"),
    ];
    assert.match(line(findings[0] as Finding), /^ok {7}zones +a, b$/);
    assert.match(line(findings[2] as Finding), /^fault {4}quota +too low -> aws service-quotas$/);
    assert.equal(tally(findings), "1 ok, 1 warning, 2 faults");
    assert.equal(hasFault(findings), true);
    assert.equal(hasFault(findings.slice(0, 2)), false);
  });
});
