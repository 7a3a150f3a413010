import {
  ConcurrentUpdateError as Locked,
  StackNotFoundError as NoStack,
} from "@pulumi/pulumi/automation";
import { ConfigError } from "../../config";
import {
  CancelledError,
  ConcurrentUpdateError,
  ConfigurationError,
  CredentialsError,
  DeploymentError,
  PolicyViolationError,
  StackNotFoundError,
  UpdateFailedError,
} from "../errors";
import type { Progress } from "../progress";

/** What is known when the engine has given up. */
export interface FailureContext {
  readonly stack: string;
  readonly progress: Progress;
  /** What the program threw, if it did. */
  readonly cause: unknown;
  /** Whether the caller had asked for an end. */
  readonly aborted: boolean;
}

const credentials: readonly [RegExp, string][] = [
  [
    /PULUMI_ACCESS_TOKEN must be set|not logged in|invalid access token|\[401\] Unauthorized/i,
    "pulumi is not logged in to a backend; run `pulumi login`, or set PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN",
  ],
  [
    /passphrase must be set/i,
    "the stack's secrets are encrypted with a passphrase that is not given; set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
  ],
  [
    /incorrect passphrase/i,
    "the passphrase in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE is not that of the stack's secrets",
  ],
  [
    /no valid credential sources|ExpiredToken|InvalidClientTokenId|UnrecognizedClientException/i,
    "AWS does not take the credentials; renew them, for instance with `aws sso login`, and check with `aws sts get-caller-identity`",
  ],
];

/**
 * A backend of files keeps a second file (`.attrs`) beside each, which gocloud.dev's fileblob truncates before it writes
 * it: who reads at that moment sees its end at once. An update reads under its lock, so this is never its own state.
 */
const halfWritten = /failed to load checkpoint: (unexpected )?EOF\b/;

/** The error of this package that says why an operation of the engine failed. */
export function typedError(
  error: unknown,
  { stack, progress, cause, aborted }: FailureContext,
): DeploymentError {
  if (error instanceof DeploymentError) return error;
  const faults = cause instanceof Error ? cause.cause : undefined;
  if (faults instanceof ConfigError) return new ConfigurationError(stack, faults.faults);
  const said = error instanceof Error ? error.message : String(error);
  if (error instanceof Locked) return new ConcurrentUpdateError(locked(stack, said));
  if (halfWritten.test(said)) return new ConcurrentUpdateError(beingWritten(stack));
  if (aborted) return new CancelledError(interrupted(stack, progress));
  const violations = progress.findings.filter(({ level }) => level === "mandatory");
  if (violations.length > 0) return new PolicyViolationError(violations);
  if (error instanceof NoStack) {
    return new StackNotFoundError(`there is no stack "${stack}" in this backend; deploy it first`);
  }
  if ((error as NodeJS.ErrnoException).code === "ENOENT") {
    return new UpdateFailedError("`pulumi` is not on PATH; install it, or run `npm run setup`", []);
  }
  const errors = progress.diagnostics.filter(({ severity }) => severity === "error");
  const text = [said, ...errors.map(({ message }) => message)].join("\n");
  const known = credentials.find(([pattern]) => pattern.test(text));
  if (known) return new CredentialsError(known[1]);
  return new UpdateFailedError(failed(stack, progress, errorsOf(progress, said)), errors);
}

/** The lines in which a file backend names who holds the lock; other backends name nobody. */
function locked(stack: string, said: string): string {
  const holders = said.match(/created by .*/g) ?? [];
  return [
    `another update of stack "${stack}" is under way; nothing was changed`,
    ...holders.map((holder) => `  ${holder}`),
    "wait until it has ended; if it was killed and nothing runs any more, " +
      `\`pulumi cancel --stack ${stack}\` takes its lock away`,
  ].join("\n");
}

const beingWritten = (stack: string) =>
  [
    `another update of stack "${stack}" is writing its state; nothing was changed`,
    "try again; if nothing runs any more, the update was killed while it wrote: " +
      "delete the empty .attrs files in the backend's folder .pulumi/stacks",
  ].join("\n");

function interrupted(stack: string, { planning, changes }: Progress): string {
  if (planning || changes.size === 0) return "cancelled; nothing was changed";
  return (
    `cancelled; stack "${stack}" is not locked and holds what was done by then, ` +
    `${changes.size} resources were begun: deploy again, or destroy`
  );
}

function failed(stack: string, { planning, failed }: Progress, reasons: readonly string[]): string {
  const what = planning ? "cannot be planned; nothing was changed" : "failed";
  const resources = failed.size > 0 ? ` at ${[...failed].map(lastPart).join(", ")}` : "";
  return [`the update of stack "${stack}" ${what}${resources}:`, ...reasons.map(indented)].join(
    "\n",
  );
}

function errorsOf({ diagnostics }: Progress, said: string): string[] {
  const errors = diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ resource, message }) => (resource === undefined ? message : `${resource}: ${message}`));
  if (errors.length > 0) return [...new Set(errors)];
  const lines = said.split("\n").filter((line) => /error:/.test(line));
  return lines.length > 0 ? lines.map((line) => line.replace(/.*?error: /, "")) : [said];
}

const indented = (text: string) => `  - ${text.replaceAll("\n", "\n    ")}`;
const lastPart = (urn: string) => urn.split("::").at(-1);
