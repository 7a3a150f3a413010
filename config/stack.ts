import * as pulumi from "@pulumi/pulumi";
import { type AccountFacts, readAccount } from "./account";
import { rawConfig } from "./args";
import { ConfigError, parseConfig, type Settings } from "./index";
import type { MediaInfraArgs } from "./mediaInfraArgs";

/** pulumi.runtime has this function, its type declarations leave it out. */
const { isConfigSecret } = pulumi.runtime as unknown as {
  isConfigSecret: (key: string) => boolean;
};

/**
 * Settings of the stack that is being deployed, checked against the account. Rejects with a RunError, which the CLI
 * prints without a stack trace.
 */
export async function stackSettings(): Promise<Settings> {
  const namespace = `${pulumi.getProject()}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(namespace))
    .map(([key, value]) => ({ key, name: key.slice(namespace.length), value }));
  const secretKeys = entries.filter(({ key }) => isConfigSecret(key)).map(({ name }) => name);
  const raw = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  return inAccount(raw, new Set(secretKeys));
}

/** Settings from a value in place of the stack's configuration. Throws a RunError that lists every fault. */
export const argsSettings = (args: MediaInfraArgs): Settings =>
  checked(rawConfig(args), new Set(), { region: pulumi.runtime.allConfig()["aws:region"] });

/** Resolves when the value agrees with the account; rejects with a RunError that lists every fault. */
export async function argsInAccount(
  args: MediaInfraArgs,
  opts?: pulumi.InvokeOptions,
): Promise<void> {
  await inAccount(rawConfig(args), new Set(), opts);
}

async function inAccount(
  raw: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
  opts?: pulumi.InvokeOptions,
): Promise<Settings> {
  const account = await readAccount(raw, opts).catch((error) => {
    // Whoever has no credentials yet is told of what else is wrong.
    checked(raw, secretKeys, {});
    throw error;
  });
  return checked(raw, secretKeys, account);
}

function checked(
  raw: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
  account: AccountFacts,
): Settings {
  try {
    return parseConfig(raw, pulumi.getStack(), secretKeys, account);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // Who runs the program in his own process finds the single faults in the cause.
    throw Object.assign(new pulumi.RunError(error.message), { cause: error });
  }
}
