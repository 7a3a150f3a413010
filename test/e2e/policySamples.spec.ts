import { strict as assert } from "node:assert";
import { isStackRule } from "../../policy/kit/evaluate";
import { packConfiguration } from "../../policy/packConfiguration";
import { rules } from "../../policy/rules";
import { caseTable } from "../policy/cases";
import { previewSamples, type Sample } from "./policySamples/previewSamples";

const nat = (name: string): Sample => ({
  type: "aws:ec2/natGateway:NatGateway",
  name: `monthly-cost-${name}`,
  props: {},
});

/** What breaks the rules that have no row in the table of cases; the stack itself breaks the first. */
const others: Record<string, readonly Sample[]> = {
  "environment-matches-stack": [],
  "monthly-cost": [nat("a"), nat("b"), nat("c"), nat("d")],
};

/** Resources that break a rule, each named after it. */
const samplesFor = (rule: string): readonly Sample[] =>
  others[rule] ??
  (caseTable[rule]?.bad[0] ?? []).map(({ type, name, props }) => ({
    type,
    name: `${rule}-${name}`,
    props,
  }));

const named = (isWanted: (rule: (typeof rules)[number]) => boolean) =>
  rules.filter(isWanted).map(({ name }) => name);

describe("resources that break the rules, shown to the real engine", () => {
  it("makes each resource rule refuse its own, with exit code 1", async () => {
    const names = named((rule) => !isStackRule(rule));
    const { code, output, events } = await previewSamples(
      names.flatMap(samplesFor),
      packConfiguration({ all: "mandatory" }),
    );
    assert.equal(code, 1, output);
    for (const name of names) {
      const own = events.filter(
        ({ policyName, enforcementLevel, resourceUrn }) =>
          policyName === name &&
          enforcementLevel === "mandatory" &&
          (others[name] || resourceUrn?.split("::").at(-1)?.startsWith(`${name}-`)),
      );
      assert(own.length > 0, `${name} says nothing\n${output}`);
    }
  });

  it("makes each stack rule refuse its own, with exit code 1", async () => {
    const names = named(isStackRule);
    const levels = Object.fromEntries(names.map((name) => [name, "mandatory"]));
    const { code, output, events } = await previewSamples(
      names.flatMap(samplesFor),
      packConfiguration({ all: "disabled", ...levels }),
    );
    assert.equal(code, 1, output);
    const fired = new Set(
      events
        .filter((event) => event.enforcementLevel === "mandatory")
        .map((event) => event.policyName),
    );
    assert.deepEqual([...fired].sort(), [...names].sort(), output);
  });

  it("is left alone when no rule is on, with exit code 0", async () => {
    const { code, output } = await previewSamples(
      rules.flatMap(({ name }) => samplesFor(name)),
      packConfiguration({ all: "disabled" }),
    );
    assert.equal(code, 0, output);
  });

  const topic: Sample = { type: "aws:sns/topic:Topic", name: "alarms", props: {} };
  const waiver = {
    rule: "sns-encrypted",
    resource: "alarms",
    reason: "holds nothing but the names of alarms",
    expires: `${new Date().getUTCFullYear() + 1}-12-31`,
  } as const;
  const visitTopic = (expires: string) =>
    previewSamples(
      [topic],
      packConfiguration({
        "environment-matches-stack": "disabled",
        "sns-encrypted": "mandatory",
        waivers: { enforcementLevel: "advisory", waivers: [{ ...waiver, expires }] },
      }),
    );

  it("is let through where the configuration waives the rule, and the waiver is shown", async () => {
    const { code, output, events } = await visitTopic(waiver.expires);
    assert.equal(code, 0, output);
    assert.deepEqual(
      events.map(({ policyName, enforcementLevel }) => [policyName, enforcementLevel]),
      [["waivers", "advisory"]],
    );
  });

  it("is refused when that waiver has expired", async () => {
    const { code, output, events } = await visitTopic("2020-01-01");
    assert.equal(code, 1, output);
    assert.deepEqual(events.map(({ policyName }) => policyName).sort(), [
      "sns-encrypted",
      "valid-waivers",
    ]);
  });

  it("is refused by the engine itself when a rule's configuration is out of bounds", async () => {
    const { code, output } = await previewSamples(
      [topic],
      packConfiguration({ "log-retention": { enforcementLevel: "mandatory", minimumDays: 0 } }),
    );
    assert.notEqual(code, 0);
    assert.match(output, /minimumDays/);
  });
});
