import type { Rule } from "../../../policy/kit/rule";
import { enforcementLevel } from "../../../policy/kit/toPolicy";
import { analyzer, type Finding } from "../analyzer";
import type { RuleCases, Subject } from "../cases/case";

const isNote = ({ message }: Finding) => message.includes("not evaluated in this preview");

const verdicts = {
  passes: (found: Finding[]) => found.length === 0,
  fails: (found: Finding[]) => found.length > 0 && !found.some(isNote),
  "is not evaluated": (found: Finding[]) => found.length > 0 && found.every(isNote),
};

/** Subjects with another result than their case expects, described; violations must have the rule's level. */
export async function caseMismatches(rule: Rule, cases: RuleCases): Promise<string[]> {
  const { subject: ask } = analyzer([rule], "production");
  const level = enforcementLevel(rule, "production");
  const wrong: string[] = [];
  const expect = async (subjects: readonly Subject[], verdict: keyof typeof verdicts) => {
    for (const subject of subjects) {
      const found = await ask(subject);
      const isLevel = found.every((finding) => isNote(finding) || finding.level === level);
      if (!verdicts[verdict](found) || !isLevel) {
        wrong.push(`${JSON.stringify(subject)} ${verdict}; found ${JSON.stringify(found)}`);
      }
    }
  };
  await expect([...cases.good, ...cases.boundary.good], "passes");
  await expect([...cases.bad, ...cases.boundary.bad], "fails");
  await expect(cases.unknown, "is not evaluated");
  return wrong;
}
