import type { Level, Rule } from "./kit/rule";
import { idList } from "./kit/toPolicy";
import { packConfiguration } from "./packConfiguration";
import { ruleGroups, rules } from "./rules";

const levels: Record<Level, string> = {
  always: "mandatory",
  production: "mandatory in production, advisory in development",
  advisory: "advisory",
};

/** The text of docs/POLICIES.md. */
export function policiesDocument(): string {
  const count = (level: Level) => rules.filter((rule) => rule.level === level).length;
  return [
    "# Policies",
    "",
    "<!-- made by `npm run policies:docs` from the rules in policy/rules; a test holds the two together -->",
    "",
    `${rules.length} rules: ${count("always")} are mandatory everywhere, ${count("production")} in production (advisory in`,
    `development), ${count("advisory")} are advice. A stack is for production unless its configuration key \`environment\` is \`dev\`.`,
    "",
    ...introduction,
    "",
    "## Overview",
    "",
    "| rule | severity | level |",
    "|---|---|---|",
    ...rules.map(
      (rule) => `| [${rule.name}](#${rule.name}) | ${rule.severity} | ${levels[rule.level]} |`,
    ),
    ...Object.entries(ruleGroups).flatMap(([title, group]) => [
      "",
      `## ${title}`,
      ...(group as readonly Rule[]).flatMap(section),
    ]),
    "",
  ].join("\n");
}

const nameList = (names: readonly string[]) =>
  names
    .map((name) => `\`${name}\``)
    .join(", ")
    .replace(/, ([^,]*)$/, " and $1");

const onlyByConfiguration = (rules as readonly Rule[])
  .filter(({ waivedBy }) => waivedBy)
  .map(({ name }) => name);

function section(rule: Rule): string[] {
  const ids = idList(rule.ids);
  const when =
    "checkStack" in rule
      ? "the whole stack, at the end of a preview and of an update"
      : "each resource, before it is touched";
  return [
    "",
    `### ${rule.name}`,
    "",
    rule.description,
    "",
    `- Severity ${rule.severity}; ${levels[rule.level]}; looks at ${when}.`,
    ...(rule.waivedBy ? ["- Waived in the configuration only, not by a tag."] : []),
    `- Remedy: ${rule.remediationSteps}`,
    ...(ids.length > 0 ? [`- Elsewhere: ${ids.join(", ")}`] : []),
    ...Object.entries(rule.config?.defaults ?? {}).map(
      ([name, value]) => `- Configuration \`${name}\`, default \`${JSON.stringify(value)}\``,
    ),
  ];
}

const example = packConfiguration({
  "service-execute-command": "disabled",
  "log-retention": { enforcementLevel: "mandatory", minimumDays: 90 },
  waivers: {
    enforcementLevel: "advisory",
    maximumDays: 365,
    waivers: [
      {
        rule: "task-role-invokes-only",
        resource: "media-task-policy",
        reason: "reads the map tiles of the exercise from a bucket",
        expires: "2027-06-30",
      },
    ],
  },
});

const introduction = [
  "## Values that are not known yet",
  "",
  "A preview does not know what AWS will make. A rule that would have to look at such a value says once for each resource",
  '"not evaluated in this preview" and which properties it waits for; that is never a pass. `pulumi up` evaluates resource',
  "rules before the resource is touched. Rules over the whole stack come at the end of a preview or an update, when the",
  "resources exist: in a preview they follow what the program passed from one resource to another.",
  "",
  "## Waivers",
  "",
  "A waiver names a rule, a reason of ten letters or more and the last day on which it holds, five years ahead at most. It",
  "stands on the resource as a tag:",
  "",
  "    policy-waiver:public-high-risk-ports = until 2028-12-31: HLS is served on 8888 with TLS",
  "",
  "or, for resources without tags, in the pack's configuration, under `waivers`. The policy `waivers` (`stack-waivers` for",
  "rules over the whole stack) shows each waiver that is in use, as advice. One that has expired, lacks a reason or names",
  "no rule does not count and violates `valid-waivers`, which is mandatory.",
  "",
  nameList(onlyByConfiguration),
  "can only be waived in the configuration: a program cannot open a plaintext port by a tag on it. With `tags` set to `false`",
  "under `waivers` the same holds for every rule, and `maximumDays` there shortens the five years.",
  "",
  "## Configuration",
  "",
  "`pulumi preview --policy-pack policy --policy-pack-config policy.json`. State the level with every rule that gets",
  "properties: the engine takes it for advisory otherwise. `packConfiguration` in `policy/packConfiguration.ts` writes such",
  "a file and does not compile with a rule that does not exist.",
  "",
  "This file can turn rules off, and the engine says nothing of a rule that is off. Keep it, and the command that names it,",
  "where the authors of the program cannot change them without a review.",
  "",
  "```json",
  ...example.trimEnd().split("\n"),
  "```",
  "",
  "## A rule that fails",
  "",
  "A rule that throws reports a violation of itself, and the other rules still run.",
];
