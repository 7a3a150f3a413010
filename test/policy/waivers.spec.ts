import assert from "node:assert/strict";
import { inspect } from "../../policy/kit/evaluate";
import type { Rule } from "../../policy/kit/rule";
import { resourceRule } from "../../policy/kit/rule";
import { today, waiversInConfiguration } from "../../policy/kit/waiver";
import { rules } from "../../policy/rules";
import { analyzer } from "./analyzer";
import { caseTable } from "./cases";
import type { Subject } from "./cases/case";

const later = "2999-12-31";
const reason = "a radio site without a VPN";
const good = `until ${later}: ${reason}`;

/** The subject with a waiver of the rule on each of its resources. */
const waived = (subject: Subject, rule: string, text: string): Subject =>
  subject.map((resource) => ({
    ...resource,
    props: { ...resource.props, tags: { [`policy-waiver:${rule}`]: text } },
  }));

const ruleNamed = (name: string) => rules.find((rule) => rule.name === name) as Rule;

describe("a waiver", () => {
  for (const [name, cases] of Object.entries(caseTable)) {
    it(`of ${name} leaves an advisory note in place of the violation`, async () => {
      const [bad] = cases.bad;
      assert(bad);
      const found = await analyzer([ruleNamed(name)], "production").subject(
        waived(bad, name, good),
      );
      assert(found.length > 0);
      for (const { rule, level, message } of found) {
        assert.match(rule, /^(stack-)?waivers$/);
        assert.equal(level, "advisory");
        assert.match(message, new RegExp(`"${name}" is waived until ${later}: ${reason}\\.`));
      }
    });
  }

  const name = "public-high-risk-ports";
  const bad = caseTable[name]?.bad[0] as Subject;
  const ask = (text: string, rule = name) =>
    analyzer([ruleNamed(name)], "production").subject(waived(bad, rule, text));
  const outcome = async (text: string, rule = name) =>
    (await ask(text, rule)).map((found) => `${found.rule} ${found.level}`);
  const refused = ["valid-waivers mandatory", `${name} mandatory`];

  it("holds on its last day and not on the day after", async () => {
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    assert.deepEqual(await outcome(`until ${today()}: ${reason}`), ["waivers advisory"]);
    assert.deepEqual(await outcome(`until ${yesterday}: ${reason}`), refused);
  });

  it("counts for nothing, and is a violation, without a reason or a day", async () => {
    for (const text of [
      `until ${later}: `,
      `until ${later}: because`,
      `until ${later}`,
      reason,
      `until 2027-02-30: ${reason}`,
      `until 2027-13-01: ${reason}`,
      `until 31.12.2999: ${reason}`,
      "",
    ]) {
      assert.deepEqual(await outcome(text), refused, text);
    }
  });

  it("of a rule that does not exist is a violation", async () => {
    assert.deepEqual(await outcome(good, "public-high-risk-port"), refused);
  });

  it("of another rule changes nothing", async () => {
    const two = [ruleNamed(name), ruleNamed("ssh-from-world")];
    const found = await analyzer(two, "production").subject(waived(bad, "ssh-from-world", good));
    assert.deepEqual(
      found.map(({ rule }) => rule),
      [name],
    );
  });

  it("that does not count says why beside the violation", async () => {
    const found = await ask(`until 2020-01-01: ${reason}`);
    assert.match(found.at(-1)?.message ?? "", /Note: the waiver of ".*" expired on 2020-01-01\.$/);
  });

  it("comes from the pack's configuration as well, by name or URN", () => {
    const configured = [{ rule: name, resource: "hls", reason, expires: later }];
    const of = (resource: { urn: string; name: string }) =>
      waiversInConfiguration(configured, resource, new Set([name])).map(({ fault }) => fault);
    assert.deepEqual(of({ urn: "urn:pulumi:dev::p::t::hls", name: "hls" }), [undefined]);
    assert.deepEqual(of({ urn: "hls", name: "other" }), [undefined]);
    assert.deepEqual(of({ urn: "urn:pulumi:dev::p::t::hls2", name: "hls2" }), []);
  });
});

describe("a rule that throws", () => {
  it("violates itself, without the text of the error", () => {
    const rule = resourceRule({
      ...ruleNamed("sns-encrypted"),
      types: ["aws:sns/topic:Topic"],
      check: () => {
        throw new TypeError("the password is hunter2");
      },
    });
    const { violations } = inspect(
      rule,
      { type: "aws:sns/topic:Topic", urn: "urn", props: {} },
      "production",
      {},
    );
    assert.deepEqual(
      violations.map(({ problem }) => problem),
      [
        'the rule "sns-encrypted" failed with TypeError and could not judge; report it to the owner of the pack',
      ],
    );
  });
});

describe("what a rule says", () => {
  it("never holds the value of an environment variable", async () => {
    const secret = "AKIAIOSFODNN7EXAMPLE";
    const found = [
      ...(await analyzer([ruleNamed("lambda-secrets")], "production").resource(
        "aws:lambda/function:Function",
        { environment: { variables: { ORDINARY: secret, PASSWORD: "hunter2" } } },
      )),
      ...(await analyzer([ruleNamed("container-secrets")], "production").resource(
        "aws:ecs/taskDefinition:TaskDefinition",
        { containerDefinitions: `[{"environment":[{"name":"A","value":"${secret}"}]}]` },
      )),
    ];
    assert.equal(found.length, 3);
    for (const { message } of found) assert.doesNotMatch(message, /AKIA|hunter2/);
  });

  it("lists unknown values once for a rule and a resource", async () => {
    const task = { containerDefinitions: caseTable["container-user"]?.unknown[0]?.[0]?.props };
    const found = await analyzer([ruleNamed("container-user")], "production").resource(
      "aws:ecs/taskDefinition:TaskDefinition",
      task.containerDefinitions ?? {},
    );
    assert.equal(found.length, 1);
    assert.match(
      found[0]?.message ?? "",
      /not evaluated in this preview, not known yet: "containerDefinitions"; "pulumi up" evaluates/,
    );
  });
});
