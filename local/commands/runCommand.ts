import { UsageError } from "../../automation/errors";

/** Runs a command. When it fails, prints the message on standard error; exit code 2 for wrong usage, else 1. */
export function runCommand(main: () => Promise<void>): void {
  main().catch((error: Error & { code?: unknown }) => {
    const isUsage = error instanceof UsageError || String(error.code).startsWith("ERR_PARSE_ARGS_");
    console.error(error.message);
    process.exitCode = isUsage ? 2 : 1;
  });
}
