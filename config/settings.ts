import type { KeyName, Values } from "./keys";
import { type Names, namesOf } from "./names";

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

/** Keys that may be left out: their "" or 0 is undefined in the settings. */
const optionalKeys = [
  "cloudtakStack",
  "cloudtakUrl",
  "cloudtakSigningSecretArn",
  "cloudtakSigningSecretKmsKeyArn",
  "cloudtakCaCertificates",
  "authReservedConcurrency",
  "srtPassphraseSecretArn",
  "mediamtxImage",
  "gatewayImage",
  "clusterArn",
  "permissionsBoundaryArn",
  "kmsKeyArn",
  "alarmEmail",
] as const satisfies readonly KeyName[];
type OptionalKey = (typeof optionalKeys)[number];

type NetworkKey =
  | "vpcCidrBlock"
  | "zones"
  | "natGateways"
  | "vpcId"
  | "publicSubnetIds"
  | "privateSubnetIds";
type CertificateKey = "certificateArn" | "domainName" | "hostedZoneName";

/** The values of the keys as their descriptions say, with their units in the names, but for those that belong together. */
type PlainSettings = Readonly<Omit<Values, OptionalKey | NetworkKey | CertificateKey>> & {
  readonly [Key in OptionalKey]: Values[Key] | undefined;
};

/** A stack's configuration, checked and frozen. A field that is undefined was not set. */
export interface Settings extends PlainSettings {
  readonly names: Names;
  /** With those of the program. */
  readonly tags: Readonly<Record<string, string>>;
  readonly network: NetworkSettings;
  readonly certificate: CertificateSettings;
  /** Those of `allowedCidrs` when there are none of its own. */
  readonly apiAllowedCidrs: readonly string[];
}

/** The settings that checked values make, frozen. */
export function settingsOf(values: Values, stack: string): Settings {
  const { environment, apiAllowedCidrs, allowedCidrs } = values;
  const { vpcCidrBlock, zones, natGateways, vpcId, publicSubnetIds, privateSubnetIds, ...others } =
    values;
  const { certificateArn, domainName, hostedZoneName, ...plain } = others;
  const optional = Object.fromEntries(
    optionalKeys.map((key) => [key, values[key] || undefined]),
  ) as Pick<Settings, OptionalKey>;
  return deepFreeze({
    ...plain,
    ...optional,
    names: namesOf(stack),
    tags: {
      ...values.tags,
      Project: "tak-media-infra",
      Stack: stack,
      Environment: environment,
    },
    network: networkOf(values),
    certificate: certificateOf(values),
    apiAllowedCidrs: apiAllowedCidrs.length > 0 ? apiAllowedCidrs : allowedCidrs,
  });
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
