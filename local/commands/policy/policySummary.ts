import type { PolicyEvent } from "./policyEvents";

export interface StackResult {
  readonly stack: string;
  /** Exit code of the preview. */
  readonly code: number;
  readonly events: readonly PolicyEvent[];
}

const isUnknown = ({ message }: PolicyEvent) => message.includes("not evaluated in this preview");
const isWaiver = ({ policyName }: PolicyEvent) => /^(stack-)?waivers$/.test(policyName);

/** The findings for each stack, in Markdown for a reviewer: violations, then waivers, advice, unevaluated rules. */
export function policySummary(results: readonly StackResult[]): string {
  return ["# Policy gate", ...results.flatMap(stackSummary)].join("\n");
}

function stackSummary({ stack, code, events }: StackResult): string[] {
  const violations = events.filter(({ enforcementLevel }) => enforcementLevel === "mandatory");
  const rest = events.filter((event) => !violations.includes(event));
  const open = rest.filter(isUnknown);
  const waivers = rest.filter(isWaiver);
  const advice = rest.filter((event) => !open.includes(event) && !waivers.includes(event));
  const verdict = code === 0 ? "passes" : violations.length > 0 ? "refused" : "preview failed";
  const counts = `${violations.length} violations, ${waivers.length} waivers, ${advice.length} pieces of advice`;
  return [
    "",
    `## ${stack}: ${verdict} (${counts}, ${open.length} not evaluated in the preview)`,
    ...table("Violations", violations),
    ...table("Waivers", waivers),
    ...table("Advice", advice),
    ...(open.length > 0 ? ["", `Not evaluated before the update: ${names(open)}`] : []),
  ];
}

function table(title: string, events: readonly PolicyEvent[]): string[] {
  if (events.length === 0) return [];
  return [
    "",
    `### ${title}`,
    "",
    "| rule | severity | resource | finding |",
    "|---|---|---|---|",
    ...events.map(
      (event) =>
        `| ${cell(event.policyName)} | ${cell(event.severity ?? "")} | ${cell(resourceOf(event))} | ${cell(findingOf(event))} |`,
    ),
  ];
}

const names = (events: readonly PolicyEvent[]) =>
  [...new Set(events.map(({ policyName }) => `\`${policyName}\``))].join(", ");

/** Last part of the URN: the name in the program. */
const resourceOf = ({ resourceUrn = "" }: PolicyEvent) => resourceUrn.split("::").at(-1) ?? "";

/** The SDK puts the rule's description before the finding, on a line of its own. */
const findingOf = ({ message }: PolicyEvent) => message.slice(message.indexOf("\n") + 1);

const cell = (text: string): string => text.replace(/\|/g, "\\|").replace(/\s+/g, " ").trim();
