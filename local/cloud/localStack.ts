import { accountId } from "../account/accountId";
import { cloudtakExport } from "../account/cloudformationExports";
import { priorPrivateSubnetIds, priorPublicSubnetIds, priorVpcId } from "../account/priorNetwork";

/** Port of the CloudTAK stand-in; CloudTAK's own API listens there too. */
export const cloudtakPort = 5001;

/** By key with namespace. */
type Config = Readonly<Record<string, unknown>>;

/** A Pulumi stack file. */
export interface StackFile {
  readonly encryptionsalt?: string;
  readonly config?: Config;
}

/**
 * A tracked stack file, adapted to the account and network of a local cloud. It gets the values that a user has to set:
 * CloudTAK with its signing secret, for production a hosted zone. ARNs and the VPC of the user's account become those of
 * the local one. The salt is dropped, as the secrets of another backend cannot be decrypted.
 */
export function localStack({ config = {} }: StackFile): StackFile {
  const isDev = config["tak-media-infra:environment"] === "dev";
  const here = Object.entries(config).map(([key, value]) => [key, inLocalAccount(value)]);
  return {
    config: {
      ...cloudtak(isDev, String(config["aws:region"] ?? "")),
      ...(isDev || namesCertificate(config) ? {} : keysOf(domain)),
      ...Object.fromEntries(here),
      ...network(config),
      // The stand-in: a local cloud reaches no other CloudTAK.
      ...(isDev ? keysOf({ cloudtakUrl: `http://127.0.0.1:${cloudtakPort}` }) : {}),
    },
  };
}

function cloudtak(isDev: boolean, region: string): Config {
  const exported = (output: string) =>
    cloudtakExport(`TAK-${isDev ? "Dev" : "Prod"}-CloudTAK-${output}`, { id: accountId, region });
  return keysOf({
    cloudtakUrl: exported("ServiceURL"),
    cloudtakSigningSecretArn: exported("SigningSecret"),
  });
}

/** The VPC of the local account in place of the user's, with as many subnets. */
function network(config: Config): Config {
  const [vpcId, ...subnets] = ["vpcId", "publicSubnetIds", "privateSubnetIds"].map(
    (name) => config[`tak-media-infra:${name}`],
  );
  const [publicIds, privateIds] = subnets;
  if (!vpcId || !Array.isArray(publicIds) || !Array.isArray(privateIds)) return {};
  return keysOf({
    vpcId: priorVpcId,
    publicSubnetIds: priorPublicSubnetIds(publicIds.length),
    privateSubnetIds: priorPrivateSubnetIds(privateIds.length, publicIds.length),
  });
}

const domain = { domainName: "media.example.org", hostedZoneName: "example.org" };

const namesCertificate = (config: Config): boolean =>
  Object.keys({ ...keysOf(domain), ...keysOf({ certificateArn: "" }) }).some((key) => config[key]);

/** This project's keys, with its namespace. */
export const keysOf = (values: Config): Config =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`tak-media-infra:${name}`, value]),
  );

const inLocalAccount = (value: unknown): unknown =>
  typeof value === "string"
    ? value.replace(/^arn:aws[a-z-]*:([^:]*):([^:]*):\d{12}:/, `arn:aws:$1:$2:${accountId}:`)
    : value;
