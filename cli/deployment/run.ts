import {
  deploy,
  destroy,
  exported,
  outputs,
  type Plan,
  preview,
} from "../../automation/deployment";
import { DeploymentError, exitCodes, UsageError } from "../../automation/errors";
import { interruption } from "../interruption";
import { outputTo } from "../output";
import { openTarget } from "../targets";
import { ask } from "./ask";
import { checkDeployed } from "./checkDeployed";
import { configurationOf } from "./configuration";
import { jsonReporter } from "./jsonReporter";
import type { DeploymentOptions } from "./options";
import type { Reporter } from "./reporter";
import { summary } from "./summary";
import { textReporter } from "./textReporter";

/**
 * Runs deploy, preview, destroy or outputs: a thin layer over the functions that programs can call, too, which adds the two
 * targets, a question, and words for people. Answers the exit code.
 */
export async function runDeployment(options: DeploymentOptions): Promise<number> {
  const controller = interruption(() =>
    reporter.note("Cancelling: the engine ends what it is in the middle of."),
  );
  const write = outputTo(process.stdout, () => {
    process.stderr.write(
      "standard output was closed; the engine ends what it is in the middle of\n",
    );
    controller.abort();
  });
  const reporter = options.json ? jsonReporter(write) : textReporter(write);
  try {
    await run(options, reporter, controller.signal);
    return exitCodes.success;
  } catch (error) {
    const isKnown = error instanceof DeploymentError;
    const known = isKnown ? error : error instanceof Error ? error : new Error(String(error));
    const exitCode = isKnown ? error.exitCode : exitCodes.unexpected;
    reporter.error(known, exitCode);
    return exitCode;
  }
}

async function run(
  options: DeploymentOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { command, stack, yes } = options;
  if (command !== "preview" && command !== "outputs" && !yes && !process.stdin.isTTY) {
    throw new UsageError(
      `${command} asks before it changes anything, and there is no terminal to ask in; add --yes`,
    );
  }
  const target = openTarget(options.target);
  const { args, environment, region, settings } = configurationOf(target.workspace, options);
  reporter.begin({ command, stack, target: options.target.kind, environment, region });
  await target.ready();

  const approve = async (plan: Plan): Promise<boolean> => {
    reporter.plan(plan);
    return yes || (await ask(`${command} stack "${stack}" now? (yes or no) `, signal));
  };
  const { workspace, health } = target;
  const common = { stack, args, workspace, signal, onEvent: reporter.event };
  if (command === "preview") {
    const plan = await preview(common);
    reporter.plan(plan);
    reporter.result(plan);
  }
  if (command === "deploy") {
    const result = await deploy({ ...common, approve, health });
    if (!health) reporter.note("Nothing runs here that could be looked at: `npm start` runs it.");
    for (const line of await summary(stack, await exported(common))) reporter.note(line);
    if (settings) await checkDeployed(target, settings, result.outputs, reporter, signal);
    reporter.result(result);
  }
  if (command === "destroy") reporter.result(await destroy({ ...common, approve }));
  if (command === "outputs") reporter.result({ stack, outputs: await outputs(common) });
}
