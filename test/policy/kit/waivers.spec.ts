import assert from "node:assert/strict";
import { inspect } from "../../../policy/kit/evaluate";
import type { Rule } from "../../../policy/kit/rule";
import { resourceRule } from "../../../policy/kit/rule";
import { today } from "../../../policy/kit/waiver";
import { waiverPolicies } from "../../../policy/kit/waiverPolicies";
import { rules } from "../../../policy/rules";
import { analyzer } from "../analyzer";
import { caseTable } from "../cases";
import type { Subject } from "../cases/case";

const inDays = (days: number) =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const later = inDays(365);
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
  const byTag = Object.entries(caseTable).filter(([name]) => !ruleNamed(name).waivedBy);
  for (const [name, cases] of byTag) {
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
    assert.deepEqual(await outcome(`until ${today()}: ${reason}`), ["waivers advisory"]);
    assert.deepEqual(await outcome(`until ${inDays(-1)}: ${reason}`), refused);
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
      `until ${later}: ${" ".repeat(20)}`,
      `until ${later}: ${".".repeat(20)}`,
      `until ${later}: ${"\u200b".repeat(20)}`,
      `Until ${later}: ${reason}`,
      "",
    ]) {
      assert.deepEqual(await outcome(text), refused, text);
    }
  });

  it("holds for five years at most", async () => {
    assert.deepEqual(await outcome(`until ${inDays(1827)}: ${reason}`), ["waivers advisory"]);
    assert.deepEqual(await outcome(`until ${inDays(1828)}: ${reason}`), refused);
    assert.deepEqual(await outcome(`until 9999-12-31: ${reason}`), refused);
  });

  it("of a rule that does not exist is a violation, look-alikes and other cases among them", async () => {
    for (const other of [
      "public-high-risk-port",
      "Public-High-Risk-Ports",
      "public\u2011high-risk-ports",
      "public-high-risk-p\u043erts",
      "*",
      "all",
      "",
    ]) {
      assert.deepEqual(await outcome(good, other), refused, other);
    }
  });

  it("by tag does not open a plaintext port, nor what no rule reads", async () => {
    for (const own of ["insecure-ports", "unread-resources", "listener-encrypted"]) {
      const [subject] = caseTable[own]?.bad ?? [];
      assert(subject);
      const found = await analyzer([ruleNamed(own)], "production").subject(
        waived(subject, own, good),
      );
      assert.deepEqual(
        found.map(({ rule, level }) => `${rule} ${level}`),
        ["valid-waivers mandatory", `${own} mandatory`],
      );
      assert.match(found[0]?.message ?? "", /there is no rule ".*" that can be waived by a tag/);
    }
  });

  it("is none where the key of the tag only looks like a waiver's", async () => {
    for (const prefix of ["Policy-Waiver:", "p\u043elicy-waiver:", "policy-waiver"]) {
      const subject = bad.map((resource) => ({
        ...resource,
        props: { ...resource.props, tags: { [`${prefix}${name}`]: good } },
      }));
      const found = await analyzer([ruleNamed(name)], "production").subject(subject);
      assert.deepEqual(
        found.map(({ rule }) => rule),
        [name],
        prefix,
      );
    }
  });

  it("of a stack rule counts for the resource that has it, and only while it holds", async () => {
    const vpcs = (text: string): Subject =>
      ["radio", "other"].map((of) => ({
        name: of,
        type: "aws:ec2/vpc:Vpc",
        props: of === "radio" ? { tags: { "policy-waiver:vpc-flow-log": text } } : {},
      }));
    const said = async (text: string) =>
      (await analyzer([ruleNamed("vpc-flow-log")], "production").subject(vpcs(text))).map(
        (found) => `${found.rule} ${found.level}`,
      );
    const one = "vpc-flow-log mandatory";
    assert.deepEqual(await said(good), ["stack-waivers advisory", one]);
    assert.deepEqual(await said(`until 2020-01-01: ${reason}`), [
      "valid-waivers mandatory",
      one,
      one,
    ]);
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

  describe("in the pack's configuration", () => {
    const plaintext = { type: "aws:lb/listener:Listener", props: { port: 1935, protocol: "TCP" } };
    const waiver = { rule: "insecure-ports", resource: "hls", reason, expires: later };

    /** What is wrong with the waivers of a resource once the policy `waivers` has been given this configuration. */
    const faults = (config: object, resource: { name: string; urn: string; props?: object }) => {
      const { policies, waiversOf } = waiverPolicies(rules, "production");
      const asked = { ...plaintext, ...resource, getConfig: () => config };
      const said: string[] = [];
      const [inUse] = policies as { validateResource(args: object, report: unknown): void }[];
      inUse?.validateResource(asked, (text: string) => said.push(text));
      return { said, faults: waiversOf(asked as never).map(({ fault }) => fault) };
    };

    it("is meant for a resource by its name or URN, and may waive every rule", () => {
      for (const resource of [
        { urn: "urn:pulumi:dev::p::t::hls", name: "hls" },
        { urn: "hls", name: "other" },
      ]) {
        const found = faults({ waivers: [waiver] }, resource);
        assert.deepEqual(found.faults, [undefined]);
        assert.match(found.said.join(), /"insecure-ports" is waived until .* opens TCP port 1935/);
      }
      const other = { urn: "urn:pulumi:dev::p::t::hls2", name: "hls2" };
      assert.deepEqual(faults({ waivers: [waiver] }, other), { said: [], faults: [] });
    });

    it("may be the only kind that counts, and be held to fewer days", () => {
      const tagged = {
        urn: "urn",
        name: "hls",
        props: { tags: { "policy-waiver:listener-ports": good } },
      };
      assert.deepEqual(faults({}, tagged).faults, [undefined]);
      assert.match(faults({ tags: false }, tagged).faults.join(), /no rule "listener-ports"/);
      assert.match(faults({ maximumDays: 364 }, tagged).faults.join(), /at most/);
      assert.deepEqual(faults({ maximumDays: 365 }, tagged).faults, [undefined]);
    });
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
        'the rule "sns-encrypted" failed with TypeError and gave no result; report it to the owner of the pack',
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
