import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import program from "../../index";
import { localStack } from "../../local/cloud/localStack";
import { type Registered, runProgram } from "../mocks";
import { stackFileConfig, trackedStack } from "../stackFile";

/** Tracked stack files, filled in as local clouds do it. */
const configOf = (stack: string) => stackFileConfig(localStack(trackedStack(stack)));
export const devConfig = configOf("dev");
export const prodConfig = configOf("prod");

export const withKeys = (config: Record<string, string>, values: Record<string, string>) => ({
  ...config,
  ...Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`tak-media-infra:${name}`, value]),
  ),
});

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Runs the program as a stack; makes its bundles first when it finds them missing or older than their sources. */
async function run(stack: string, config: Record<string, string>): Promise<Registered[]> {
  try {
    return await runProgram(program, stack, config);
  } catch (error) {
    if (!String(error).includes("npm run build")) throw error;
    const build = join(__dirname, "../../tools/build.mjs");
    execFileSync(process.execPath, [build, "auth", "gateway"]);
    return runProgram(program, stack, config);
  }
}

/** Resources of a stack that differs from the tracked stack file of dev in some keys. */
export const dev = (values: Record<string, string> = {}): Promise<Registered[]> =>
  run("dev", withKeys(devConfig, values));

/** Resources of a stack that differs from the tracked stack file of prod in some keys. */
export const prod = (values: Record<string, string> = {}): Promise<Registered[]> =>
  run("prod", withKeys(prodConfig, values));

/** Those of dev without some of the keys that the stack file sets. */
export function withoutKeys(
  names: readonly string[],
  values: Record<string, string>,
): Promise<Registered[]> {
  const kept = Object.entries(devConfig).filter(
    ([key]) => !names.some((name) => key === `tak-media-infra:${name}`),
  );
  return run("dev", withKeys(Object.fromEntries(kept), values));
}

/** Resources of the tracked stacks. */
export const devStack = once((): Promise<readonly Registered[]> => dev());
export const prodStack = once((): Promise<readonly Registered[]> => prod());

/** The only resource of this name. */
export function one(resources: readonly Registered[], name: string): Registered {
  const found = resources.filter((resource) => resource.name === name);
  assert.equal(found.length, 1, `${found.length} resources are called ${name}`);
  return found[0] as Registered;
}

export const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((resource) => resource.type.endsWith(`:${type}`));

/** Inputs of a resource but for its tags, which one test checks for all. */
export function inputsOf(resources: readonly Registered[], name: string): Record<string, unknown> {
  const { tags: _, ...inputs } = one(resources, name).inputs;
  return inputs;
}

/** Statements of an inline policy. */
export const statements = (resources: readonly Registered[], name: string) =>
  JSON.parse(String(one(resources, name).inputs.policy)).Statement;

export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:ap-southeast-2:123456789012:${resource}`;
