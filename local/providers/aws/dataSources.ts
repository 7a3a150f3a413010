import { zoneId } from "../../account/availabilityZones";
import { cloudtakExport } from "../../account/cloudformationExports";
import { zoneIdOf } from "../../account/hostedZones";
import { LocalAccount } from "../../account/localAccount";
import { priorSubnet } from "../../account/priorNetwork";
import type { Account } from "../engine/account";
import { AwsError } from "../engine/awsError";
import type { Inputs } from "../engine/inputs";
import type { Invoke } from "../engine/package";
import { type Properties, secret } from "../engine/wire";
import { registryHost } from "./ecr/ecr";

const vpcType = "aws:ec2/vpc:Vpc";
const subnetType = "aws:ec2/subnet:Subnet";

/** AWS's data sources, for the one account of the local cloud. */
export const invokes: Readonly<Record<string, Invoke>> = {
  // Includes opted-in Local Zones unless filtered out, as the official data source does.
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args, { region }, { root }) => {
    const wanted = new Map(
      args.objects("filters").map((filter) => [filter.text("name"), filter.texts("values")]),
    );
    const optIn = wanted.get("opt-in-status") ?? ["opt-in-not-required", "opted-in"];
    const types = wanted.get("zone-type");
    const state = args.text("state");
    const zones = new LocalAccount(root)
      .zones(region)
      .filter((zone) => optIn.includes(zone.optInStatus))
      .filter((zone) => types === undefined || types.includes(zone.type))
      .filter((zone) => state === undefined || zone.state === state)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    return {
      id: region,
      region,
      groupNames: [region],
      names: zones.map(({ name }) => name),
      zoneIds: zones.map(({ id }) => id),
    };
  },
  "aws:index/getAvailabilityZone:getAvailabilityZone": (args, { region }, { root }) => {
    const zone = new LocalAccount(root)
      .zones(region)
      .find(({ name }) => name === args.text("name"));
    if (!zone) throw new Error("no matching EC2 Availability Zone found");
    const { name, id, type, state, optInStatus } = zone;
    return {
      id: name,
      name,
      zoneId: id,
      zoneType: type,
      state,
      optInStatus,
      region,
      groupName: region,
      groupLongName: region,
      nameSuffix: name.slice(region.length),
      networkBorderGroup: region,
      parentZoneId: "",
      parentZoneName: "",
    };
  },
  "aws:index/getRegion:getRegion": (args, account) => {
    const region = args.text("name") ?? account.region;
    const endpoint = `ec2.${region}.amazonaws.com`;
    return { id: region, name: region, region, description: region, endpoint };
  },
  "aws:index/getCallerIdentity:getCallerIdentity": (_args, { id }) => ({
    id,
    accountId: id,
    arn: `arn:aws:iam::${id}:user/local`,
    userId: "AIDALOCALLOCALLOCAL00",
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),

  // CloudTAK's stack is deployed separately and counts as existing, with its exports.
  "aws:cloudformation/getExport:getExport": (args, account) => {
    const name = args.text("name") ?? "";
    const value = cloudtakExport(name, account);
    if (value === undefined) {
      throw new AwsError("ValidationError", `No export named ${name} found.`);
    }
    return { id: name, name, value, exportingStackId: "", region: account.region };
  },

  // The program never creates hosted zones, so every zone that it looks up counts as existing.
  "aws:route53/getZone:getZone": (args, _account, { root }) => {
    const name = (args.text("name") ?? "").replace(/\.$/, "");
    const { count = 1 } = new LocalAccount(root).facts().hostedZones[name] ?? {};
    if (count > 1 && !args.has("zoneId")) {
      throw new Error(
        "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches to a single Route 53 Hosted Zone",
      );
    }
    const zoneId = args.text("zoneId") ?? zoneIdOf(name);
    return {
      id: zoneId,
      zoneId,
      name,
      arn: `arn:aws:route53:::hostedzone/${zoneId}`,
      callerReference: "",
      comment: "",
      nameServers: [],
      primaryNameServer: "",
      privateZone: args.flag("privateZone") ?? false,
      resourceRecordSetCount: 2,
      tags: {},
    };
  },

  "aws:ec2/getVpc:getVpc": (args, account, store) => {
    const id = args.text("id") ?? "";
    return found("InvalidVpcID.NotFound", `The vpc ID '${id}'`, /^vpc-[0-9a-f]{8,17}$/, id, {
      arn: `arn:aws:ec2:${account.region}:${account.id}:vpc/${id}`,
      cidrBlock: "172.31.0.0/16",
      cidrBlockAssociations: [],
      default: false,
      dhcpOptionsId: "",
      enableDnsHostnames: true,
      enableDnsSupport: true,
      enableNetworkAddressUsageMetrics: false,
      instanceTenancy: "default",
      ipv6AssociationId: "",
      ipv6CidrBlock: "",
      mainRouteTableId: "",
      ownerId: account.id,
      region: account.region,
      tags: {},
      ...store.read().byId(vpcType, id)?.properties,
    });
  },
  "aws:ec2/getSubnet:getSubnet": (args, account, store) => {
    const id = args.text("id") ?? "";
    return found(
      "InvalidSubnetID.NotFound",
      `The subnet ID '${id}'`,
      /^subnet-[0-9a-f]{8,17}$/,
      id,
      {
        ...subnetBefore(id, account, new LocalAccount(store.root)),
        ...store.read().byId(subnetType, id)?.properties,
      },
    );
  },
  "aws:ec2/getSubnets:getSubnets": (args, { region }, store) => {
    const wanted = args.objects("filters").filter((filter) => filter.text("name") === "vpc-id");
    const vpcIds = wanted.flatMap((filter: Inputs) => filter.texts("values"));
    const ids = store
      .read()
      .of(subnetType)
      .filter(({ properties }) => vpcIds.length === 0 || vpcIds.includes(String(properties.vpcId)))
      .map(({ id }) => id);
    return { id: region, region, ids, tags: {} };
  },

  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (_args, account) => ({
    id: account.region,
    region: account.region,
    // Never verified, as images are not pushed anywhere.
    authorizationToken: secret(Buffer.from("AWS:local").toString("base64")),
    userName: "AWS",
    password: secret("local"),
    proxyEndpoint: `https://${registryHost(account)}`,
    expiresAt: new Date(Date.now() + 12 * 3_600_000).toISOString(),
  }),
};

/** A network that the local cloud did not create counts as existing in the account. */
function found(
  code: string,
  subject: string,
  pattern: RegExp,
  id: string,
  properties: Properties,
): Properties {
  if (!pattern.test(id)) {
    throw new AwsError(
      code,
      `${subject} does not exist; look it up by an id like ${pattern.source}`,
    );
  }
  return { id, ...properties };
}

/** As `account.yaml` declares it, as far as it does. */
function subnetBefore(id: string, account: Account, local: LocalAccount): Properties {
  const derived = priorSubnet(id, account.region);
  const declared = local.facts().subnets[id];
  const { zone, cidrBlock, outpostArn, vpcId } = { ...derived, ...declared };
  return {
    arn: `arn:aws:ec2:${account.region}:${account.id}:subnet/${id}`,
    assignIpv6AddressOnCreation: false,
    availabilityZone: zone,
    availabilityZoneId: zoneId(zone, account.region),
    availableIpAddressCount: declared?.availableIpAddressCount ?? 251,
    cidrBlock,
    customerOwnedIpv4Pool: "",
    defaultForAz: false,
    enableDns64: false,
    enableLniAtDeviceIndex: 0,
    enableResourceNameDnsARecordOnLaunch: false,
    enableResourceNameDnsAaaaRecordOnLaunch: false,
    ipv6CidrBlock: "",
    ipv6CidrBlockAssociationId: "",
    ipv6Native: cidrBlock === "",
    mapCustomerOwnedIpOnLaunch: false,
    mapPublicIpOnLaunch: false,
    outpostArn,
    ownerId: account.id,
    privateDnsHostnameTypeOnLaunch: "ip-name",
    region: account.region,
    state: "available",
    tags: {},
    vpcId,
  };
}
