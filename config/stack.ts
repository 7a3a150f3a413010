import * as pulumi from "@pulumi/pulumi";
import { ConfigError, parseConfig, type Settings } from "../config";
import { type MediaInfraArgs, rawConfig } from "./args";

/** pulumi.runtime has this function, its type declarations leave it out. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  isConfigSecret: (key: string) => boolean;
};

/** Settings of the stack that is being deployed. Throws a RunError, which the CLI prints without a stack trace. */
export function stackSettings(): Settings {
  const namespace = `${pulumi.getProject()}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => ({ key, name: key.slice(namespace.length), value }));
  const secretKeys = entries.filter(({ key }) => isConfigSecret(key)).map(({ name }) => name);
  const raw = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  return checked(raw, new Set(secretKeys));
}

/** Settings from a value in place of the stack's configuration. Throws a RunError that lists every fault. */
export const argsSettings = (args: MediaInfraArgs): Settings => checked(rawConfig(args), new Set());

function checked(raw: Readonly<Record<string, string>>, secretKeys: ReadonlySet<string>): Settings {
  try {
    const region = pulumi.runtime.allConfig()["aws:region"];
    return parseConfig(raw, pulumi.getStack(), secretKeys, region);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Who runs the program in his own process finds the single faults in the cause.
    throw Object.assign(new pulumi.RunError(error.message), { cause: error });
  }
}
