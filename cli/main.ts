/**
 * `npm run deploy:dev`, `preview:prod` and so on: `node cli/main.ts <command> <stack> [options]`. A thin layer over the
 * functions that programs can call, too; it adds the two targets, a question, and words for people.
 */
import { deploy, destroy, exported, outputs, type Plan, preview } from "../automation/deployment";
import { DeploymentError, exitCodes, UsageError } from "../automation/errors";
import { ask } from "./ask";
import { checkDeployed } from "./checkDeployed";
import { configurationOf } from "./configuration";
import { jsonReporter } from "./jsonReporter";
import { type Options, parseOptions, usage } from "./options";
import { outputTo } from "./output";
import type { Reporter } from "./reporter";
import { summary } from "./summary";
import { openTarget } from "./targets";
import { textReporter } from "./textReporter";

const controller = new AbortController();

const write = outputTo(process.stdout, () => {
  process.stderr.write("standard output was closed; the engine ends what it is in the middle of\n");
  controller.abort();
});

/** Connections and timers of the SDKs are gone by then. */
const endTimeoutMs = 10_000;

async function run(options: Options, reporter: Reporter, signal: AbortSignal): Promise<void> {
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

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const reporter = args.includes("--json") ? jsonReporter(write) : textReporter(write);
  const interrupt = () => {
    if (!controller.signal.aborted) {
      reporter.note("Cancelling: the engine ends what it is in the middle of.");
    }
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  try {
    const options = parseOptions(args);
    if (options.help) write(`${usage(options.command, options.stack)}\n`);
    else await run(options, reporter, controller.signal);
    return exitCodes.success;
  } catch (error) {
    const isKnown = error instanceof DeploymentError;
    const known = isKnown ? error : error instanceof Error ? error : new Error(String(error));
    reporter.error(known, isKnown ? error.exitCode : exitCodes.unexpected);
    return isKnown ? error.exitCode : exitCodes.unexpected;
  }
}

main().then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(), endTimeoutMs).unref();
});
