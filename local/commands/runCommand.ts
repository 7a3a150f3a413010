/** A command line that asks for something that does not exist; answered with exit code 2. */
export class UsageError extends Error {}

/** Runs a command to its end: a failure is its message on standard error and exit code 1, for wrong usage 2. */
export function runCommand(main: () => Promise<void>): void {
  main().catch((error: Error & { code?: unknown }) => {
    const isUsage = error instanceof UsageError || String(error.code).startsWith("ERR_PARSE_ARGS_");
    console.error(error.message);
    process.exitCode = isUsage ? 2 : 1;
  });
}
