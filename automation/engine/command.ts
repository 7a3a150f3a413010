import { spawn } from "node:child_process";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import * as cmd from "@pulumi/pulumi/automation/cmd";
import * as errors from "@pulumi/pulumi/automation/errors";
import { parse } from "semver";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command of the CLI answered. */
interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The SDK has these, its type declarations leave them out. */
const { CommandResult } = cmd as unknown as {
  CommandResult: new (stdout: string, stderr: string, code: number) => CommandResult;
};
const { createCommandError } = errors as unknown as {
  createCommandError: (result: CommandResult) => Error;
};

/**
 * The `pulumi` that PATH in `env` finds, run in a process group of its own: Ctrl-C in a terminal goes to all processes
 * of a group, and a second interrupt makes the engine end at once, with resources half made and the stack locked. It
 * is interrupted by the signal of the operation alone, once. Variables of `env` that are undefined are taken out.
 */
export async function engineCommand(env: Environment): Promise<PulumiCommand> {
  const run = (
    args: readonly string[],
    cwd: string | undefined,
    variables: Environment,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CommandResult> =>
    new Promise((resolve, reject) => {
      const child = spawn("pulumi", [...args, "--non-interactive"], {
        cwd,
        env: { ...process.env, ...variables, ...env, PULUMI_AUTOMATION_API: "true" },
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const interrupt = () => child.kill("SIGINT");
      if (signal?.aborted) interrupt();
      signal?.addEventListener("abort", interrupt, { once: true });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
        onError?.(text);
      });
      child.once("error", reject);
      child.once("close", (code) => {
        signal?.removeEventListener("abort", interrupt);
        const result = new CommandResult(stdout, stderr, code ?? 1);
        if (code === 0) resolve(result);
        else reject(createCommandError(result));
      });
    });

  const { stdout } = await run(["version"], undefined, { PULUMI_SKIP_UPDATE_CHECK: "true" });
  return Object.assign(Object.create(PulumiCommand.prototype), {
    command: "pulumi",
    version: parse(stdout.trim()),
    run,
  });
}
