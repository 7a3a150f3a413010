import type { DeployResult, Outputs, Plan } from "../../automation/deployment";
import type { DeploymentError } from "../../automation/errors";
import type { DeploymentEvent } from "../../automation/events";

/** The stack that a command acts on. */
export interface Subject {
  readonly command: string;
  readonly stack: string;
  readonly target: "aws" | "local";
  readonly environment: string;
  readonly region: string | undefined;
}

/** How a command tells what it does: to people, or to programs. */
export interface Reporter {
  begin(subject: Subject): void;
  event(event: DeploymentEvent): void;
  plan(plan: Plan): void;
  note(message: string): void;
  result(result: Plan | DeployResult | { readonly stack: string; readonly outputs: Outputs }): void;
  error(error: DeploymentError | Error, exitCode: number): void;
}
