/** `npm run deploy:dev`, `npm run doctor`, `npx tak-media`: checks the command line, then runs the command that it names. */
import { DeploymentError, exitCodes } from "../automation/errors";
import { checkCommandLine } from "./commandLine/check";
import { takMedia } from "./takMedia";

async function main(args: readonly string[]): Promise<void> {
  try {
    const program = takMedia();
    await program.parseAsync(checkCommandLine(program, args), { from: "user" });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const exitCode = error instanceof DeploymentError ? error.exitCode : exitCodes.unexpected;
    if (args.includes("--json")) {
      process.stdout.write(`${JSON.stringify({ type: "error", exitCode, name, message })}\n`);
    } else {
      process.stderr.write(`${message}\n`);
    }
    process.exitCode = exitCode;
  }
}

// What was written to a pipe may not have left the process yet, and what a check has given up waiting for may still be open.
main(process.argv.slice(2)).then(() => process.stdout.write("", () => process.exit()));
