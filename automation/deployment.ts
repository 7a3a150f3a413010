import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { rawConfig } from "../config/args";
import type { MediaInfraArgs } from "../config/mediaInfraArgs";
import program from "../index";
import { changedService } from "./ecsService";
import { engineAnswer, openStack, operate } from "./engine/operate";
import { CancelledError, PolicyViolationError, UnhealthyError } from "./errors";
import type { DeploymentEvent, Operation, PolicyFinding, ResourceChange } from "./events";
import { type HealthOptions, healthOf } from "./health";
import type { Progress } from "./progress";
import type { Health } from "./serviceHealth";
import { checkSettings, readStackSettings, withStackFile, withValues } from "./stackFile";
import { type Workspace, withTemporaryWorkspace } from "./workspace";

/** Which stack, where, and with what configuration. */
export interface StackOptions {
  /** Up to 40 letters, digits and hyphens; names in AWS derive from it. */
  readonly stack: string;
  /** Values that hold for this run, over those of the stack file. They are written nowhere. */
  readonly args?: Partial<MediaInfraArgs>;
  /** AWS region; default is that of the stack file, else that of the environment. */
  readonly region?: string;
  /** Default: a temporary one, so that `args` is the whole configuration. */
  readonly workspace?: Workspace;
  /** Told what happens. */
  readonly onEvent?: (event: DeploymentEvent) => void;
  /** Cancels the operation, which then ends in order; the stack is not left locked. */
  readonly signal?: AbortSignal;
}

/** What an operation would do, or has done. */
export interface Plan {
  readonly stack: string;
  readonly changes: readonly ResourceChange[];
  readonly unchanged: number;
  /** What the policy pack says; mandatory findings are an error instead. */
  readonly findings: readonly PolicyFinding[];
}

/** Outputs of the stack by name. A secret one is "[secret]". */
export type Outputs = Readonly<Record<string, unknown>>;

export interface DeployOptions extends StackOptions {
  /** Asked with the plan before anything is changed. Default: no preview, no question. */
  readonly approve?: (plan: Plan) => Promise<boolean>;
  /** How it is checked that what runs is what was deployed; false = it is not checked. */
  readonly health?: HealthOptions | false;
}

export interface DeployResult extends Plan {
  readonly outputs: Outputs;
  /** undefined when it was not checked. */
  readonly health: Health | undefined;
}

/** What {@link deploy} would do. Throws a DeploymentError. */
export const preview = (options: StackOptions): Promise<Plan> =>
  inStack(options, { create: true, check: true }, async (run) => run("preview"));

/**
 * Deploys the whole system with the policy pack: creates the stack when there is none, updates it, and looks whether
 * what runs then is what was deployed. A service that runs another revision than the state names is deployed again.
 * Throws a DeploymentError.
 */
export const deploy = (options: DeployOptions): Promise<DeployResult> =>
  inStack(options, { create: true, check: true }, async (run, opened) => {
    await readChangedService(options, run, opened);
    if (options.approve) await approved(options.approve, await run("preview"));
    const done = await run("update");
    const outputs = await outputsOf(opened);
    if (options.health === false) return { ...done, outputs, health: undefined };
    const health = await healthOf(outputs, { ...options.health, ...common(options) });
    if (health.problems.length > 0) throw new UnhealthyError(health);
    return { ...done, outputs, health };
  });

/** Deletes all resources of the stack; the empty stack and its history stay. Throws a DeploymentError. */
export const destroy = (options: StackOptions & Pick<DeployOptions, "approve">): Promise<Plan> =>
  inStack(options, { create: false, check: false }, async (run) => {
    if (options.approve) await approved(options.approve, await run("preview of destroy"));
    return run("destroy");
  });

/** Outputs of the last deployment. Throws a DeploymentError. */
export const outputs = (options: StackOptions): Promise<Outputs> =>
  inStack(options, { create: false, check: false }, async (_, opened) => outputsOf(opened));

/** The last deployment with all its resources, as `pulumi stack export` answers it. Throws a DeploymentError. */
export const exported = (options: StackOptions): Promise<unknown> =>
  inStack(options, { create: false, check: false }, async (_, opened) => stateOf(opened));

/** The engine compares with the state: without this it would not see that a deployment was rolled back. */
async function readChangedService(
  { health, ...options }: DeployOptions,
  run: Run,
  opened: Stack,
): Promise<void> {
  if (health === false) return;
  const changed = await changedService(await stateOf(opened), health?.client ?? {});
  if (!changed) return;
  const { urn, name: resource, message } = changed;
  const diagnostic = { severity: "warning", resource, message } as const;
  common(options).onEvent({ type: "diagnostic", diagnostic });
  await run("refresh", [urn]);
}

type Run = (operation: Operation, targets?: readonly string[]) => Promise<Plan>;

const common = ({ onEvent = () => {}, signal }: StackOptions) => ({ onEvent, signal });

async function approved(ask: (plan: Plan) => Promise<boolean>, plan: Plan): Promise<void> {
  if (!(await ask(plan))) throw new CancelledError("declined; nothing was changed");
}

function inStack<T>(
  options: StackOptions,
  { create, check }: { readonly create: boolean; readonly check: boolean },
  work: (run: Run, opened: Stack) => Promise<T>,
): Promise<T> {
  const inWorkspace = async (workspace: Workspace): Promise<T> => {
    const { stack } = options;
    const values = rawConfig(options.args ?? {});
    const region = options.region ?? defaultRegion(workspace, stack);
    const given = withValues(readStackSettings(workspace.folder, stack), values, region);
    if (check) checkSettings(given, stack);
    const engine = { stack, workspace, program: program as PulumiFn };
    const opened = await openStack(engine, create);
    // Opening a new stack has written the key of its secrets into its file.
    const settings = withValues(readStackSettings(workspace.folder, stack), values, region);
    return withStackFile(settings, stack, (stackFile) =>
      work(async (operation, targets = []) => {
        const operateOptions = { ...engine, stackFile, targets, ...common(options) };
        return planOf(stack, await operate(operation, opened, operateOptions));
      }, opened),
    );
  };
  return options.workspace
    ? inWorkspace(options.workspace)
    : withTemporaryWorkspace({}, inWorkspace);
}

function planOf(stack: string, { changes, unchanged, findings }: Progress): Plan {
  const violations = findings.filter(({ level }) => level === "mandatory");
  if (violations.length > 0) throw new PolicyViolationError(violations);
  return { stack, changes: [...changes.values()], unchanged, findings };
}

/** A stack file's region counts, if it names one. */
function defaultRegion(workspace: Workspace, stack: string): string | undefined {
  const { config = {} } = readStackSettings(workspace.folder, stack);
  if (config["aws:region"] !== undefined) return undefined;
  return process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
}

const stateOf = (opened: Stack) => engineAnswer(opened.name, () => opened.exportStack());

async function outputsOf(opened: Stack): Promise<Outputs> {
  const entries = Object.entries(await engineAnswer(opened.name, () => opened.outputs()));
  return Object.fromEntries(
    entries.map(([name, { value, secret }]) => [name, secret ? "[secret]" : value]),
  );
}
