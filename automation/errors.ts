import { ConfigError, type Fault } from "../config/fault";
import type { Settings } from "../config/settings";
import type { Finding } from "./checks/finding";
import type { Diagnostic, PolicyFinding } from "./events";
import type { Health } from "./serviceHealth";

/** Exit codes of the commands. Up to 9 they mean what they mean for `pulumi`. */
export const exitCodes = {
  success: 0,
  unexpected: 1,
  usage: 2,
  credentials: 3,
  updateFailed: 4,
  policyViolation: 5,
  stackNotFound: 6,
  cancelled: 8,
  configuration: 10,
  concurrentUpdate: 11,
  unhealthy: 12,
} as const;

/** A deployment that did not come about, or is not what was deployed. `message` says what to do. */
export abstract class DeploymentError extends Error {
  /** What the commands exit with. */
  abstract readonly exitCode: number;
}

/** A command or call that asks for nothing that can be done. */
export class UsageError extends DeploymentError {
  override readonly name = "UsageError";
  readonly exitCode = exitCodes.usage;
}

/** Values that are not allowed, all of them. */
export class ConfigurationError extends DeploymentError {
  override readonly name = "ConfigurationError";
  readonly exitCode = exitCodes.configuration;

  constructor(
    stack: string,
    readonly faults: readonly Fault[],
    /** With the default in place of what is missing or not allowed. */
    readonly settings?: Settings,
  ) {
    super(new ConfigError(stack, faults).message);
  }
}

/** No AWS credentials, no login to the backend, or no passphrase for its secrets. */
export class CredentialsError extends DeploymentError {
  override readonly name = "CredentialsError";
  readonly exitCode = exitCodes.credentials;
}

/** There is no stack of this name in the backend. */
export class StackNotFoundError extends DeploymentError {
  override readonly name = "StackNotFoundError";
  readonly exitCode = exitCodes.stackNotFound;
}

/** Mandatory rules of the policy pack that a resource breaks. Nothing was changed when the preview finds them. */
export class PolicyViolationError extends DeploymentError {
  override readonly name = "PolicyViolationError";
  readonly exitCode = exitCodes.policyViolation;

  constructor(readonly violations: readonly PolicyFinding[]) {
    const count = violations.length === 1 ? "1 rule" : `${violations.length} rules`;
    super(
      [`the policy pack refuses this deployment by ${count}:`, ...violations.map(violated)].join(
        "\n",
      ),
    );
  }
}

const violated = ({ policy, resource, message }: PolicyFinding) =>
  `  - ${policy}${resource === undefined ? "" : ` (${resource})`}: ${message}`;

/** The engine gave up, perhaps in the middle: what it had done by then stays done. */
export class UpdateFailedError extends DeploymentError {
  override readonly name = "UpdateFailedError";
  readonly exitCode = exitCodes.updateFailed;

  constructor(
    message: string,
    readonly diagnostics: readonly Diagnostic[],
  ) {
    super(message);
  }
}

/** Another update holds the stack's lock. */
export class ConcurrentUpdateError extends DeploymentError {
  override readonly name = "ConcurrentUpdateError";
  readonly exitCode = exitCodes.concurrentUpdate;
}

/** Declined, or interrupted. */
export class CancelledError extends DeploymentError {
  override readonly name = "CancelledError";
  readonly exitCode = exitCodes.cancelled;
}

/** The update succeeded, but what runs is not what was deployed, or a listener has no healthy target. */
export class UnhealthyError extends DeploymentError {
  override readonly name = "UnhealthyError";
  readonly exitCode = exitCodes.unhealthy;

  constructor(readonly health: Health) {
    super(
      [
        "the update is complete, but what runs is not what was deployed:",
        ...health.problems.map((problem) => `  - ${problem}`),
        "the service's events in ECS and the log group say why; the same command deploys again what does not run",
      ].join("\n"),
    );
  }
}

/** The update succeeded and its task runs, but the system does not do what it is for. */
export class NotWorkingError extends DeploymentError {
  override readonly name = "NotWorkingError";
  readonly exitCode = exitCodes.unhealthy;

  constructor(readonly findings: readonly Finding[]) {
    const faults = findings.filter(({ level }) => level === "fault");
    super(
      [
        "the update is complete, but the system does not work:",
        ...faults.map(
          ({ subject, message, remedy }) => `  - ${subject}: ${message} -> ${remedy ?? ""}`,
        ),
      ].join("\n"),
    );
  }
}
