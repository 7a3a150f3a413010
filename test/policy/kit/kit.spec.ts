import assert from "node:assert/strict";
import { fargateFault } from "../../../policy/aws/fargateSizes";
import { Findings } from "../../../policy/kit/findings";
import { Property } from "../../../policy/kit/property";
import type { Rule } from "../../../policy/kit/rule";
import { toPolicy, waiverOf } from "../../../policy/kit/toPolicy";
import { rules } from "../../../policy/rules";

const ruleNamed = (name: string) => rules.find((rule) => rule.name === name) as Rule;

describe("a violation", () => {
  const shown = (value: unknown) => {
    const found = new Findings();
    found.require(Property.of({ value }).get("value"), () => false, "it is wrong");
    return found.violations.map(({ problem }) => problem);
  };

  it("shows the value, or what kind of value it is", () => {
    for (const [value, text] of [
      ["TCP", '"TCP"'],
      [1935, '"1935"'],
      [undefined, "not set"],
      ["", "not set"],
      [["a", "b"], "a list of 2"],
      [{ a: 1 }, "an object"],
    ] as const) {
      assert.deepEqual(shown(value), [`it is wrong (property "value" is ${text})`]);
    }
  });

  it("shows a hundred printable characters at most", () => {
    const problem = (text: string) => [`it is wrong (property "value" is "${text}")`];
    assert.deepEqual(shown("a".repeat(100)), problem("a".repeat(100)));
    assert.deepEqual(shown("a".repeat(101)), problem(`${"a".repeat(100)}...`));
    assert.deepEqual(shown("a\u001b[2J\nb"), problem("a?[2J?b"));
  });
});

describe("a task size that Fargate does not offer", () => {
  it("is told with what it offers", () => {
    assert.match(fargateFault("100", "512"), /does not offer 100 CPU units; allowed: 256, 512, /);
    assert.match(fargateFault("", "512"), /^Fargate does not offer a task without cpu; allowed: /);
    assert.match(fargateFault("256", "513"), /offers 512, 1024 or 2048 MiB with 256 CPU units$/);
    assert.equal(fargateFault("256", "512"), "");
  });
});

describe("a policy", () => {
  const policy = (name: string) => toPolicy(ruleNamed(name), "production", () => []);

  it("names the controls of Security Hub, where there are any, and those of others", () => {
    assert.equal(policy("listener-tls-policy").framework?.reference, "ELB.17");
    assert.equal(policy("listener-ports").framework, undefined);
    assert.deepEqual(policy("listener-http-redirect").tags, [
      "FSBP:ELB.1",
      "checkov:CKV_AWS_2",
      "trivy:AWS-0054",
    ]);
  });

  it("leads to its place in the documentation", () => {
    assert.equal(policy("listener-ports").url, "docs/POLICIES.md#listener-ports");
  });
});

describe("of several waivers of a rule", () => {
  it("one that holds counts, else the first says why not", () => {
    const waiver = (fault?: string) => ({ rule: "sns-policy", reason: "", expires: "", fault });
    const [expired, valid, other] = [waiver("expired"), waiver(), waiver("no reason")];
    const rule = ruleNamed("sns-policy");
    assert.equal(waiverOf(rule, [expired, valid]), valid);
    assert.equal(waiverOf(rule, [expired, other]), expired);
    assert.equal(waiverOf(rule, [{ ...valid, rule: "sns-encrypted" }]), undefined);
  });
});
