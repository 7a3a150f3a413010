import type { AuthMode } from "../shared/authContract";
import type { AccountFacts } from "./account";
import { ruleFaults } from "./crossChecks";
import { ConfigError, type Fault, nearest, shown } from "./fault";
import { type Key, keys, setCommand, type Values } from "./keys";
import { type Names, namesOf, stackName } from "./names";

/** A new VPC, or one that exists. */
export type NetworkSettings =
  | {
      readonly kind: "new";
      readonly cidrBlock: string;
      readonly zones: number;
      readonly natGateways: "None" | "Single" | "OnePerAz";
    }
  | {
      readonly kind: "existing";
      readonly vpcId: string;
      readonly publicSubnetIds: readonly string[];
      readonly privateSubnetIds: readonly string[];
    };

/** A host name, and the hosted zone that holds it. */
export interface DomainSettings {
  readonly domainName: string;
  readonly hostedZoneName: string;
}

/** Where the certificate of the TLS listeners comes from. */
export type CertificateSettings =
  | {
      readonly kind: "existing";
      readonly arn: string;
      /** Name that the certificate is for, which is to point to the load balancer. */
      readonly domain?: DomainSettings;
    }
  | ({ readonly kind: "requested" } & DomainSettings)
  | { readonly kind: "self-signed" };

/** The name that clients reach the load balancer by; undefined where it has no other than its own. */
export const domainOf = (certificate: CertificateSettings): DomainSettings | undefined => {
  if (certificate.kind === "requested") return certificate;
  return certificate.kind === "existing" ? certificate.domain : undefined;
};

/** A stack's configuration, checked and frozen. A field that is undefined was not set. */
export interface Settings {
  readonly environment: "dev" | "prod";
  readonly names: Names;
  readonly tags: Readonly<Record<string, string>>;
  readonly enableInsecurePorts: boolean;
  readonly network: NetworkSettings;
  readonly certificate: CertificateSettings;
  readonly allowedCidrs: readonly string[];
  readonly apiAllowedCidrs: readonly string[];
  /** Private networks that leases may pull from. */
  readonly trustedSourceCidrs: readonly string[];
  /** CloudTAK's stack, whose exports stand for the next two where they are not set. */
  readonly cloudtakStack: string | undefined;
  /** Origin of CloudTAK, without a slash at the end. */
  readonly cloudtakUrl: string | undefined;
  readonly cloudtakSigningSecretArn: string | undefined;
  readonly cloudtakSigningSecretKmsKeyArn: string | undefined;
  /** Whether open leases admit anybody. */
  readonly authMode: AuthMode;
  readonly recheckIntervalSeconds: number;
  /** PEM. */
  readonly cloudtakCaCertificates: string | undefined;
  readonly authFunctionInVpc: boolean;
  /** Of the auth function. */
  readonly authReservedConcurrency: number | undefined;
  readonly authTracing: boolean;
  readonly srtPassphraseSecretArn: string | undefined;
  readonly mediamtxVersion: string;
  readonly mediamtxImage: string | undefined;
  /** CPU units, 1024 = one vCPU. */
  readonly mediamtxCpu: number;
  /** MiB. */
  readonly mediamtxMemory: number;
  readonly ephemeralStorageGib: number;
  readonly gatewayImage: string | undefined;
  /** Existing cluster. */
  readonly clusterArn: string | undefined;
  /** Of all roles. */
  readonly permissionsBoundaryArn: string | undefined;
  /** Existing key, in place of those that AWS manages. */
  readonly kmsKeyArn: string | undefined;
  readonly logRetentionDays: number;
  readonly alarmEmail: string | undefined;
  readonly protect: boolean;
}

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
  if (faults.length > 0) throw new ConfigError(stack, faults);
  return deepFreeze(settingsOf(values, stack));
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

function settingsOf(values: Values, stack: string): Settings {
  return {
    environment: values.environment,
    names: namesOf(stack),
    tags: {
      ...values.tags,
      Project: "tak-media-infra",
      Stack: stack,
      Environment: values.environment,
    },
    enableInsecurePorts: values.enableInsecurePorts,
    network: networkOf(values),
    certificate: certificateOf(values),
    allowedCidrs: values.allowedCidrs,
    apiAllowedCidrs:
      values.apiAllowedCidrs.length > 0 ? values.apiAllowedCidrs : values.allowedCidrs,
    trustedSourceCidrs: values.trustedSourceCidrs,
    cloudtakStack: values.cloudtakStack || undefined,
    cloudtakUrl: values.cloudtakUrl || undefined,
    cloudtakSigningSecretArn: values.cloudtakSigningSecretArn || undefined,
    cloudtakSigningSecretKmsKeyArn: values.cloudtakSigningSecretKmsKeyArn || undefined,
    authMode: values.authMode,
    recheckIntervalSeconds: values.recheckIntervalSeconds,
    cloudtakCaCertificates: values.cloudtakCaCertificates || undefined,
    authFunctionInVpc: values.authFunctionInVpc,
    authReservedConcurrency: values.authReservedConcurrency || undefined,
    authTracing: values.authTracing,
    srtPassphraseSecretArn: values.srtPassphraseSecretArn || undefined,
    mediamtxVersion: values.mediamtxVersion,
    mediamtxImage: values.mediamtxImage || undefined,
    mediamtxCpu: values.mediamtxCpu,
    mediamtxMemory: values.mediamtxMemory,
    ephemeralStorageGib: values.ephemeralStorageGib,
    gatewayImage: values.gatewayImage || undefined,
    clusterArn: values.clusterArn || undefined,
    permissionsBoundaryArn: values.permissionsBoundaryArn || undefined,
    kmsKeyArn: values.kmsKeyArn || undefined,
    logRetentionDays: values.logRetentionDays,
    alarmEmail: values.alarmEmail || undefined,
    protect: values.protect,
  };
}

function networkOf(values: Values): NetworkSettings {
  const { vpcId, publicSubnetIds, privateSubnetIds } = values;
  if (vpcId !== "") return { kind: "existing", vpcId, publicSubnetIds, privateSubnetIds };
  const { vpcCidrBlock, zones, natGateways } = values;
  return { kind: "new", cidrBlock: vpcCidrBlock, zones, natGateways };
}

function certificateOf(values: Values): CertificateSettings {
  const { certificateArn, domainName, hostedZoneName } = values;
  if (certificateArn !== "") {
    const domain = domainName === "" ? {} : { domain: { domainName, hostedZoneName } };
    return { kind: "existing", arn: certificateArn, ...domain };
  }
  if (domainName !== "") return { kind: "requested", domainName, hostedZoneName };
  return { kind: "self-signed" };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

export { ConfigError } from "./fault";
export { configTable } from "./markdownTable";
