import type { AccountFacts } from "./account";
import { ruleFaults } from "./checks/crossChecks";
import { ConfigError, type Fault, nearest, shown } from "./fault";
import { type Key, keys, setCommand, type Values } from "./keys";
import { stackName } from "./names";
import { type Settings, settingsOf } from "./settings";

/**
 * Turns the raw configuration of a stack into checked settings. `raw` holds the values of this project's keys
 * without namespace, as text (lists as JSON); "" counts as not set. `secretKeys` are the keys whose values are
 * stored encrypted, `account` is where it is deployed, as far as known. Throws a {@link ConfigError} that lists
 * every fault.
 */
export function parseConfig(
  raw: Readonly<Record<string, string>>,
  stack: string,
  secretKeys: ReadonlySet<string> = new Set(),
  account: AccountFacts = {},
): Settings {
  const faults = [
    ...stackNameFaults(stack),
    ...unknownKeyFaults(raw),
    ...secretKeyFaults(raw, secretKeys),
  ];
  const values = readValues(raw, secretKeys, faults);
  faults.push(...ruleFaults(values, new Set(faults.map((fault) => fault.key)), account));
  const settings = settingsOf(values, stack);
  if (faults.length > 0) throw new ConfigError(stack, faults, settings);
  return settings;
}

function stackNameFaults(stack: string): Fault[] {
  if (stackName.test(stack)) return [];
  const allowed = "allowed: up to 40 letters, digits and hyphens, the first one a letter";
  const remedy = "pulumi stack rename";
  return [{ key: "stack", problem: `is ${shown(stack)}`, allowed, remedy }];
}

function unknownKeyFaults(raw: Readonly<Record<string, string>>): Fault[] {
  return Object.keys(raw)
    .filter((name) => !Object.hasOwn(keys, name))
    .map((name) => ({
      key: shown(name),
      problem: "is not a key of this project",
      allowed: `did you mean "${nearest(name, Object.keys(keys))}"?`,
      remedy: `pulumi config rm ${shown(name)}`,
    }));
}

/** No key takes a secret, only ARNs of secrets: a value that is encrypted here would stand in clear in the state. */
function secretKeyFaults(
  raw: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
): Fault[] {
  return Object.keys(raw)
    .filter((name) => Object.hasOwn(keys, name) && secretKeys.has(name))
    .map((name) => ({
      key: name,
      problem: "is stored as a secret",
      allowed: "no key takes one, its value would stand in clear in the state",
      remedy: `pulumi config set --plaintext ${name} ...`,
    }));
}

/** Adds a fault for each value that is not allowed, and goes on with the default in its place. */
function readValues(
  raw: Readonly<Record<string, string>>,
  secretKeys: ReadonlySet<string>,
  faults: Fault[],
): Values {
  const entries = Object.entries<Key<unknown>>(keys).map(([name, key]) => {
    const text = raw[name] ?? "";
    const isRequired = key.requiredWithout !== undefined && !raw[key.requiredWithout];
    if (text === "" && isRequired) faults.push(missing(name, key));
    if (text === "" || secretKeys.has(name)) return [name, key.default];
    const value = key.format.read(text);
    if (value === undefined) faults.push(notAllowed(name, key, text));
    return [name, value ?? key.default];
  });
  return Object.fromEntries(entries);
}

const missing = (name: string, key: Key<unknown>): Fault => ({
  key: name,
  problem: "is not set",
  allowed: `needed: ${key.format.allowed}`,
  remedy: setCommand(name, key),
});

const notAllowed = (name: string, key: Key<unknown>, text: string): Fault => ({
  key: name,
  problem: key.hidden ? "has a value that is not allowed" : `is ${shown(text)}`,
  allowed: `allowed: ${key.format.allowed}`,
  remedy: setCommand(name, key),
});

export { ConfigError } from "./fault";
export { configTable } from "./markdownTable";
export {
  type CertificateSettings,
  type DomainSettings,
  domainOf,
  type NetworkSettings,
  type Settings,
} from "./settings";
