import { spawn } from "node:child_process";
import { localEnvironment } from "./environment";
import type { LocalPaths, Toolchain } from "./paths";

export interface PulumiResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PulumiOptions {
  /** Also show the output as it comes. */
  readonly echo?: boolean;
  readonly env?: Record<string, string>;
}

/** Runs `pulumi` on the local cloud. Resolves with any exit code. */
export function pulumi(
  paths: LocalPaths,
  toolchain: Toolchain,
  args: string[],
  options: PulumiOptions = {},
): Promise<PulumiResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", ["--non-interactive", ...args], {
      env: { ...localEnvironment(paths, toolchain), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += data;
      if (options.echo) process.stdout.write(data);
    });
    child.stderr.on("data", (data: Buffer) => {
      stderr += data;
      if (options.echo) process.stderr.write(data);
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, stdout, stderr }));
  });
}

/** As {@link pulumi}, but rejects on an exit code other than 0, with pulumi's output. */
export async function pulumiOrThrow(
  paths: LocalPaths,
  toolchain: Toolchain,
  args: string[],
  options: PulumiOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await pulumi(paths, toolchain, args, options);
  if (code !== 0) {
    const output = options.echo ? "" : `\n${stdout}${stderr}`;
    throw new Error(`pulumi ${args.join(" ")} failed with exit code ${code}${output}`);
  }
  return stdout;
}

/** Selects the stack, and creates it when it does not exist. */
export async function selectStack(paths: LocalPaths, toolchain: Toolchain, stack: string) {
  await pulumiOrThrow(paths, toolchain, ["stack", "select", "--create", stack]);
}

/** The deployment as `pulumi stack export` gives it, with its secrets in clear; never write it to a file. */
export async function exportDeployment(
  paths: LocalPaths,
  toolchain: Toolchain,
  stack: string,
): Promise<unknown> {
  const args = ["stack", "export", "--show-secrets", "--stack", stack];
  return JSON.parse(await pulumiOrThrow(paths, toolchain, args));
}
