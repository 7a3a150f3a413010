import { DeploymentError, exitCodes } from "../automation/errors";

type Write = (text: string) => void;

/**
 * Runs a command that checks something, and ends the process with its exit code: what a check has given up waiting for may
 * still be open. SIGINT and SIGTERM abort the signal.
 */
export function runCheck(
  command: (args: readonly string[], write: Write, signal: AbortSignal) => Promise<number>,
): void {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => controller.abort());
  }
  const write = (text: string) => process.stdout.write(text);
  command(process.argv.slice(2), write, controller.signal)
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
      return error instanceof DeploymentError ? error.exitCode : exitCodes.unexpected;
    })
    // What was written to a pipe may not have left the process yet.
    .then((code) => process.stdout.write("", () => process.exit(code)));
}
