import type { Plan } from "../../automation/deployment";
import type { PolicyFinding, ResourceChange } from "../../automation/events";
import { counts } from "../../automation/progress";
import type { Health } from "../../automation/serviceHealth";
import type { Reporter } from "./reporter";

const signs: Readonly<Record<ResourceChange["operation"], string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
};

const titles = {
  refresh: "Reading the service of",
  preview: "Planning",
  update: "Updating",
  "preview of destroy": "Planning the end of",
  destroy: "Destroying",
} as const;

/** For people: the plan, progress resource by resource, the result and the outputs. */
export function textReporter(write: (text: string) => void): Reporter {
  const say = (line: string) => write(`${line}\n`);
  let isPreview = false;
  return {
    begin: ({ command, stack, target, environment, region }) => {
      isPreview = command === "preview";
      const where =
        target === "local" ? "the local cloud" : `AWS, ${region ?? "region of the profile"}`;
      say(`${command} ${stack}: environment ${environment}, on ${where}`);
      if (environment !== "dev" && (command === "deploy" || command === "destroy")) {
        say(`THIS ${command === "deploy" ? "DEPLOYS" : "DESTROYS"} PRODUCTION: stack "${stack}".`);
      }
    },
    event: (event) => {
      if (event.type === "operation") say(`\n${titles[event.operation]} ${event.stack} ...`);
      if (event.type === "resource" && event.state === "done") say(changeLine(event.change));
      if (event.type === "resource" && event.state === "failed") {
        say(`  ! ${event.change.operation} failed  ${event.change.type}  ${event.change.name}`);
      }
      if (event.type === "diagnostic" && event.diagnostic.severity !== "info") {
        const { severity, resource, message } = event.diagnostic;
        say(`  ${severity}: ${resource === undefined ? "" : `${resource}: `}${message}`);
      }
      if (event.type === "health") say(`  waiting for ${event.waitingFor.join(", ")}`);
    },
    plan: (plan) => say(planText(plan)),
    note: say,
    result: (result) => {
      if ("changes" in result && !isPreview) say(`\nDone: ${countText(result, "done")}`);
      if ("health" in result && result.health) say(healthText(result.health));
      if ("outputs" in result) say(outputsText(result.outputs));
    },
    error: (error) => say(`\n${error.message}`),
  };
}

const changeLine = ({ operation, type, name, properties }: ResourceChange) => {
  const why = properties.length > 0 ? `  (${properties.join(", ")})` : "";
  return `  ${signs[operation]} ${operation.padEnd(8)} ${type.padEnd(48)} ${name}${why}`;
};

/** All that would change, and what the policy pack remarks. */
export function planText(plan: Plan): string {
  return [
    ...plan.changes.map(changeLine),
    ...plan.findings.filter(isRemark).map(findingLine),
    `Plan: ${countText(plan, "to do")}`,
  ].join("\n");
}

/** Rules that wait for values of the update say so for each stack; they are asked again then. */
const isRemark = ({ message }: PolicyFinding) => !message.includes("not evaluated");

const findingLine = ({ policy, resource, message }: PolicyFinding) =>
  `  policy ${policy}${resource === undefined ? "" : ` (${resource})`}: ${message}`;

const isDone = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
} as const;

/** "2 to create, 88 unchanged", or afterwards "2 created, 88 unchanged". */
function countText({ changes, unchanged }: Plan, tense: "to do" | "done"): string {
  const parts = Object.entries(counts(changes)).map(([operation, count]) =>
    tense === "done"
      ? `${count} ${isDone[operation as keyof typeof isDone]}`
      : `${count} to ${operation}`,
  );
  return [...(parts.length > 0 ? parts : ["no changes"]), `${unchanged} unchanged`].join(", ");
}

const healthText = ({ taskDefinitionArn, targets }: Health) =>
  [
    `Running: ${taskDefinitionArn}`,
    ...targets.map(({ protocol, healthy }) => `  ${protocol.padEnd(12)} ${healthy} healthy`),
  ].join("\n");

function outputsText(outputs: Readonly<Record<string, unknown>>): string {
  const rows = Object.entries(outputs).map(
    ([name, value]) =>
      `  ${name.padEnd(18)} ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return ["Outputs:", ...rows].join("\n");
}
