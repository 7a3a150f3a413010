import * as pulumi from "@pulumi/pulumi";
import { ConfigError, parseConfig, type Settings } from "../config";

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
  try {
    const region = pulumi.runtime.allConfig()["aws:region"];
    return parseConfig(raw, pulumi.getStack(), new Set(secretKeys), region);
  } catch (error) {
    throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
  }
}
