import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { projectRoot } from "../../components/bundle";
import type { DeploymentEvent, Operation } from "../events";
import { noProgress, type Progress, reduce } from "../progress";
import type { Workspace } from "../workspace";
import { engineCommand } from "./command";
import { typedError } from "./failure";

export interface OperateOptions {
  readonly stack: string;
  readonly workspace: Workspace;
  readonly program: PulumiFn;
  /** Read in place of the stack's own file. */
  readonly stackFile: string;
  readonly onEvent: (event: DeploymentEvent) => void;
  readonly signal: AbortSignal | undefined;
  /** URNs of what a refresh reads. */
  readonly targets?: readonly string[];
}

/** The policy pack, which every operation that changes something goes through. */
const policyPacks = [join(projectRoot, "policy")];

/** What the engine answers where nothing is changed. Throws a DeploymentError. */
export async function engineAnswer<T>(stack: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const progress = noProgress(true);
    throw typedError(error, { stack, progress, cause: undefined, aborted: false });
  }
}

/** Where the workspace's state is kept. Throws a CredentialsError without a login. */
export const backendUrl = ({ folder, env }: Workspace): Promise<string> =>
  engineAnswer("", async () => {
    const pulumiCommand = await engineCommand(env);
    const opened = await LocalWorkspace.create({ workDir: folder, pulumiCommand });
    return (await opened.whoAmI()).url ?? "";
  });

/** The stack of this name in the workspace's backend. `create` makes it when there is none. */
export const openStack = (
  { stack, workspace, program }: Pick<OperateOptions, "stack" | "workspace" | "program">,
  create: boolean,
): Promise<Stack> =>
  engineAnswer(stack, async () => {
    const opened = await LocalWorkspace.create({
      workDir: workspace.folder,
      program,
      pulumiCommand: await engineCommand(workspace.env),
    });
    return create ? Stack.createOrSelect(stack, opened) : Stack.select(stack, opened);
  });

/** Runs one operation to its end. Throws a DeploymentError. */
export async function operate(
  operation: Operation,
  opened: Stack,
  { stack, program, stackFile, onEvent, signal, targets = [] }: OperateOptions,
): Promise<Progress> {
  let progress = noProgress(operation === "preview" || operation === "preview of destroy");
  let cause: unknown;
  const observed: PulumiFn = async () => {
    try {
      return await program();
    } catch (error) {
      cause = error;
      throw error;
    }
  };
  const common = {
    configFile: stackFile,
    signal,
    onEvent: (event: EngineEvent) => {
      const [next, told] = reduce(progress, event);
      progress = next;
      if (told) onEvent(told);
    },
  };
  onEvent({ type: "operation", operation, stack });
  try {
    if (operation === "refresh") await opened.refresh({ ...common, target: [...targets] });
    if (operation === "preview")
      await opened.preview({ ...common, policyPacks, program: observed });
    if (operation === "update") await opened.up({ ...common, policyPacks, program: observed });
    if (operation === "preview of destroy") await opened.previewDestroy(common);
    if (operation === "destroy") await opened.destroy(common);
    return progress;
  } catch (error) {
    throw typedError(error, { stack, progress, cause, aborted: signal?.aborted ?? false });
  }
}
