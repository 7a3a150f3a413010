import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { LocalAccount } from "../account/localAccount";
import { accountRegionOf, keyArnOf } from "../account/priorSecrets";
import type { StoredSecret } from "../runtime/secretsManager/secrets";
import { type Resource, State } from "../runtime/state";
import type { LocalPaths } from "./paths";

/**
 * The local Secrets Manager's values: each ARN that is asked for gets a random one once and keeps it. 48 hexadecimal
 * digits fit both uses, a signing secret and an SRT passphrase (10 to 79 characters).
 */
export function localSecret(paths: LocalPaths, arn: string): string {
  const values: Record<string, string> = existsSync(paths.secrets)
    ? JSON.parse(readFileSync(paths.secrets, "utf8"))
    : {};
  const known = values[arn];
  if (known) return known;
  const value = randomBytes(24).toString("hex");
  const unfinished = `${paths.secrets}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify({ ...values, [arn]: value }, null, 2), { mode: 0o600 });
  renameSync(unfinished, paths.secrets);
  return value;
}

/** The secrets of the account in this region that the resources name: those of the stack, and earlier ones. */
export function storedSecrets(
  paths: LocalPaths,
  resources: readonly Resource[],
  region: string,
): Map<string, StoredSecret> {
  const state = new State(resources);
  const account = new LocalAccount(paths.root);
  const stored = (arn: string): StoredSecret => {
    const made = state.find("aws:secretsmanager/secret:Secret", "arn", arn);
    const version = state.find("aws:secretsmanager/secretVersion:SecretVersion", "secretId", arn);
    const keyId = account.kmsKeyIdOf(arn);
    return {
      value: made ? (version?.text("secretString") ?? "") : localSecret(paths, arn),
      kmsKeyArn: keyId ? keyArnOf(keyId, accountRegionOf(arn)) : undefined,
    };
  };
  const here = secretArns(resources).filter((arn) => account.has(arn, region));
  return new Map(here.map((arn) => [arn, stored(arn)]));
}

/** ARNs of all Secrets Manager secrets that the resources name in any property. */
export function secretArns(resources: readonly Resource[]): string[] {
  const text = JSON.stringify(resources);
  return [
    ...new Set(text.match(/arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+/g)),
  ];
}
