import { existsSync, readFileSync } from "node:fs";

/** A policy's finding about a resource, from the engine's event log. */
export interface PolicyEvent {
  readonly policyName: string;
  readonly enforcementLevel: string;
  readonly severity?: string;
  readonly resourceUrn?: string;
  readonly message: string;
}

/** The policy events of a log that `--event-log` wrote, one JSON object per line; none when there is no log. */
export function policyEventsIn(file: string): PolicyEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes('"policyEvent"'))
    .map((line) => JSON.parse(line).policyEvent);
}
