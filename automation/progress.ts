import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import type { DeploymentEvent, Diagnostic, PolicyFinding, ResourceChange } from "./events";

/** What the engine has told so far of one operation. */
export interface Progress {
  readonly planning: boolean;
  /** By URN, in the order of the engine's first step. */
  readonly changes: ReadonlyMap<string, ResourceChange>;
  readonly failed: ReadonlySet<string>;
  readonly unchanged: number;
  readonly findings: readonly PolicyFinding[];
  readonly diagnostics: readonly Diagnostic[];
}

export const noProgress = (planning: boolean): Progress => ({
  planning,
  changes: new Map(),
  failed: new Set(),
  unchanged: 0,
  findings: [],
  diagnostics: [],
});

/** Takes one event of the engine in. The second value is what there is to tell of it, if anything. */
export function reduce(
  progress: Progress,
  event: EngineEvent,
): readonly [Progress, DeploymentEvent | undefined] {
  const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
  if (resourcePreEvent) return started(progress, resourcePreEvent.metadata);
  if (resOutputsEvent) return ended(progress, resOutputsEvent.metadata, "done");
  if (resOpFailedEvent) return ended(progress, resOpFailedEvent.metadata, "failed");
  if (event.policyEvent) {
    const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
    const finding: PolicyFinding = {
      policy: policyName,
      level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
      resource: nameOf(resourceUrn),
      message: withoutDescription(plain(message)),
    };
    return [
      { ...progress, findings: kept(progress.findings, finding, maxFindings) },
      { type: "policy", finding },
    ];
  }
  if (event.diagnosticEvent && !event.diagnosticEvent.ephemeral) {
    const { severity, urn, message } = event.diagnosticEvent;
    const known = severities[severity];
    if (known === undefined) return [progress, undefined];
    const diagnostic: Diagnostic = {
      severity: known,
      resource: nameOf(urn),
      message: plain(message),
    };
    if (diagnostic.message === "") return [progress, undefined];
    return [
      { ...progress, diagnostics: kept(progress.diagnostics, diagnostic, maxDiagnostics) },
      { type: "diagnostic", diagnostic },
    ];
  }
  return [progress, undefined];
}

/** A failed update of the whole stack has a few dozen. */
const maxDiagnostics = 500;

/** The pack has fewer rules than a stack has resources; a stack has a hundred. */
const maxFindings = 2000;

/** What is told again and again is not kept without end: errors say at the end what they said at first. */
const kept = <T>(list: readonly T[], item: T, max: number): readonly T[] =>
  list.length < max ? [...list, item] : list;

/** Everything else, such as "debug", is about the engine itself. */
const severities: Readonly<Record<string, Diagnostic["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/** Steps of the engine that change something; all others leave a resource as it is. */
const operations: { readonly [op in OpType]?: ResourceChange["operation"] } = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
};

function started(
  progress: Progress,
  metadata: StepEventMetadata,
): readonly [Progress, DeploymentEvent | undefined] {
  // The stack itself and its providers are the engine's own.
  if (metadata.type.startsWith("pulumi:")) return [progress, undefined];
  const operation = operations[metadata.op];
  if (operation === undefined) {
    const same = metadata.op === "same" ? 1 : 0;
    return [{ ...progress, unchanged: progress.unchanged + same }, undefined];
  }
  if (progress.changes.has(metadata.urn)) return [progress, undefined];
  const change: ResourceChange = {
    urn: metadata.urn,
    name: nameOf(metadata.urn) ?? metadata.urn,
    type: metadata.type,
    operation,
    properties: Object.keys(metadata.detailedDiff ?? {}).sort(),
  };
  return [
    { ...progress, changes: new Map(progress.changes).set(change.urn, change) },
    { type: "resource", state: progress.planning ? "planned" : "started", change },
  ];
}

/** Of the steps of a replacement the new resource's counts. */
function ended(
  progress: Progress,
  { urn, op }: StepEventMetadata,
  state: "done" | "failed",
): readonly [Progress, DeploymentEvent | undefined] {
  const change = progress.changes.get(urn);
  const isStep = operations[op] !== undefined && op !== "replace" && op !== "delete-replaced";
  if (!change || progress.planning || (state === "done" && !isStep)) return [progress, undefined];
  const failed = state === "failed" ? new Set(progress.failed).add(urn) : progress.failed;
  return [
    { ...progress, failed },
    { type: "resource", state, change },
  ];
}

/** How many resources each operation is for. */
export function counts(changes: Iterable<ResourceChange>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const { operation } of changes) result[operation] = (result[operation] ?? 0) + 1;
  return result;
}

/** Last part of a URN: the name in the program. */
const nameOf = (urn: string | undefined): string | undefined =>
  urn ? urn.split("::").at(-1) : undefined;

/** The engine marks colours as <{%bold%}>. */
const plain = (text: string): string => text.replaceAll(/<\{%.*?%\}>/g, "").trim();

/** The SDK puts a rule's description before the finding, on a line of its own. */
const withoutDescription = (message: string): string => message.slice(message.indexOf("\n") + 1);
