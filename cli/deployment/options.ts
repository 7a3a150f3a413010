import type { TargetName } from "../commandLine/options";

/** What a command of a stack is asked to do. */
export interface DeploymentOptions {
  readonly command: "deploy" | "preview" | "destroy" | "outputs";
  readonly stack: string;
  readonly target: TargetName;
  /** As given: key=value. */
  readonly context?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}
