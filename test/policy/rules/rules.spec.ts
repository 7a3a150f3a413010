import assert from "node:assert/strict";
import type { Rule } from "../../../policy/kit/rule";
import { rules } from "../../../policy/rules";
import { caseTable } from "../cases";
import { caseMismatches } from "./caseMismatches";

describe("every rule", () => {
  const withoutUnknowns = ["unread-resources"];
  const ownSpecs = ["environment-matches-stack", "monthly-cost"];

  it("has cases, or a spec of its own", () => {
    const named = rules.map(({ name }) => name as string);
    assert.deepEqual([...Object.keys(caseTable), ...ownSpecs].sort(), named.sort());
  });

  for (const [name, cases] of Object.entries(caseTable)) {
    const rule = rules.find((candidate) => candidate.name === name) as Rule;

    it(`${name} has good, bad, nearly bad and unknown subjects`, () => {
      assert(cases.good.length > 0 && cases.bad.length > 0);
      assert(cases.unknown.length > 0 !== withoutUnknowns.includes(name));
      assert(cases.boundary.good.length + cases.boundary.bad.length > 0);
    });

    it(`${name} has the expected result for each of them, as the SDK calls it`, async () => {
      assert.deepEqual(await caseMismatches(rule, cases), []);
    });
  }
});
