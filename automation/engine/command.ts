import { spawn } from "node:child_process";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import * as cmd from "@pulumi/pulumi/automation/cmd";
import * as errors from "@pulumi/pulumi/automation/errors";
import { parse } from "semver";
import { BoundedText } from "./boundedText";
import { defaultLimits, isReadOnly, type Limits, watch } from "./watchdog";

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
export async function engineCommand(
  env: Environment,
  limits: Limits = defaultLimits,
): Promise<PulumiCommand> {
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
      const watched = watch(child, isReadOnly(args), limits);
      const { interrupt } = watched;
      if (signal?.aborted) interrupt();
      signal?.addEventListener("abort", interrupt, { once: true });
      const stdout = new BoundedText(limits.maxOutput);
      const stderr = new BoundedText(limits.maxOutput);
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout.add(text);
        onOutput?.(text);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr.add(text);
        onError?.(text);
      });
      child.once("error", (error) => {
        watched.stop();
        reject(error);
      });
      let drain: NodeJS.Timeout | undefined;
      child.once("exit", () => {
        drain = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, limits.drainMs);
      });
      child.once("close", (code) => {
        clearTimeout(drain);
        watched.stop();
        signal?.removeEventListener("abort", interrupt);
        if (watched.overdue) stderr.add(`\nerror: ${watched.overdue}\n`);
        // An answer with a part left out is none.
        if (stdout.isCut) stderr.add("\nerror: pulumi wrote more than is read of it\n");
        const isDone = code === 0 && !watched.overdue && !stdout.isCut;
        const result = new CommandResult(`${stdout}`, `${stderr}`, isDone ? 0 : code || 1);
        if (isDone) resolve(result);
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
