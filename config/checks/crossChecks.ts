import { fargateMemoryMib, memoryChoices } from "../../shared/fargateSizes";
import { isPrivateNetwork } from "../../shared/networks";
import type { AccountFacts } from "../account";
import type { Fault } from "../fault";
import { isLoopbackHttp } from "../formats/formats";
import { type KeyName, keys, setCommand, type Values } from "../keys";
import { accountFaults } from "./accountRules";
import { trustedSourceFaults } from "./trustedSourceRules";

/**
 * Faults between values that are each allowed by themselves. `faulty` names the keys that are known to be wrong:
 * these hold their default, and nothing is said about them twice. `account` is where it is deployed, as far as known.
 */
export function ruleFaults(
  given: Values,
  faulty: ReadonlySet<string>,
  account: AccountFacts,
): Fault[] {
  // What depends on an environment that is not known yet is left to the next try.
  const values: Values = faulty.has("environment") ? { ...given, environment: "dev" } : given;
  return [
    ...memoryFaults(values, faulty),
    ...certificateFaults(values, faulty),
    ...cloudtakFaults(values),
    ...passphraseFaults(values),
    ...networkFaults(values, faulty),
    ...allowedCidrsFaults(values),
    ...trustedSourceFaults(values, faulty, account.subnets),
    ...accountFaults(values, account),
  ];
}

function memoryFaults(
  { mediamtxCpu, mediamtxMemory }: Values,
  faulty: ReadonlySet<string>,
): Fault[] {
  if (faulty.has("mediamtxCpu") || faulty.has("mediamtxMemory")) return [];
  const sizes: readonly number[] = fargateMemoryMib[mediamtxCpu];
  if (sizes.includes(mediamtxMemory)) return [];
  return [
    {
      key: "mediamtxMemory",
      problem: `is ${mediamtxMemory}`,
      allowed: `allowed with mediamtxCpu ${mediamtxCpu}: ${memoryChoices(mediamtxCpu)}`,
      remedy: `pulumi config set mediamtxMemory ${sizes[0]}`,
    },
  ];
}

function certificateFaults(values: Values, faulty: ReadonlySet<string>): Fault[] {
  const { environment, certificateArn, domainName, hostedZoneName } = values;
  const domainKeys: KeyName[] = ["domainName", "hostedZoneName"];
  if (["certificateArn", ...domainKeys].some((key) => faulty.has(key))) return [];
  const given = domainKeys.filter((key) => values[key] !== "");
  if (given.length === 1) {
    const lacking = domainKeys.find((key) => values[key] === "") ?? "domainName";
    return [needed(lacking, `needed with ${given[0]}: ${keys[lacking].format.allowed}`)];
  }
  if (given.length === 0 && certificateArn !== "") return [];
  if (given.length === 0 && environment === "prod") {
    const allowed =
      "environment prod needs domainName with hostedZoneName, or certificateArn; only dev may be self-signed";
    const withDomain = `needed with domainName: ${keys.hostedZoneName.format.allowed}`;
    return [needed("domainName", allowed), needed("hostedZoneName", withDomain)];
  }
  if (domainName !== hostedZoneName && !domainName.endsWith(`.${hostedZoneName}`)) {
    return [
      {
        key: "domainName",
        problem: `is ${domainName}`,
        allowed: `allowed: ${hostedZoneName} or a name below it`,
        remedy: `pulumi config set domainName media.${hostedZoneName}`,
      },
    ];
  }
  return certificateArn === "" ? nameLengthFaults(domainName) : [];
}

/** ACM makes the first name the common name, which has 64 characters at most (RFC 5280). */
const maxCommonNameLength = 64;

const nameLengthFaults = ({ length }: string): Fault[] =>
  length <= maxCommonNameLength
    ? []
    : [
        {
          key: "domainName",
          problem: `has ${length} characters`,
          allowed: `allowed: ${maxCommonNameLength}, where ACM is asked for the certificate`,
          remedy: `choose a shorter domainName, or ${setCommand("certificateArn", keys.certificateArn)}`,
        },
      ];

/** What the auth function would ask in place of CloudTAK, or not reach. */
function cloudtakFaults(values: Values): Fault[] {
  const { cloudtakUrl, environment, domainName, authFunctionInVpc } = values;
  if (!URL.canParse(cloudtakUrl)) return [];
  const { hostname } = new URL(cloudtakUrl);
  const faults: [boolean, string][] = [
    [
      environment !== "dev" && isLoopbackHttp(cloudtakUrl),
      "plain http is allowed with environment dev only",
    ],
    [hostname === domainName, "domainName is the media server's own name"],
    [
      !authFunctionInVpc && isPrivateNetwork(`${hostname}/32`),
      "the auth function reaches a private address with authFunctionInVpc only",
    ],
  ];
  return faults
    .filter(([isFaulty]) => isFaulty)
    .map(([, allowed]) => ({
      key: "cloudtakUrl",
      problem: `is ${cloudtakUrl}`,
      allowed,
      remedy: setCommand("cloudtakUrl", keys.cloudtakUrl),
    }));
}

/** Whoever watches by SRT is given the passphrase. */
function passphraseFaults({ srtPassphraseSecretArn, cloudtakSigningSecretArn }: Values): Fault[] {
  if (srtPassphraseSecretArn === "" || srtPassphraseSecretArn !== cloudtakSigningSecretArn) {
    return [];
  }
  return [
    {
      key: "srtPassphraseSecretArn",
      problem: "is the secret of cloudtakSigningSecretArn",
      allowed: "allowed: a secret of its own, as every user of SRT knows the passphrase",
      remedy: "pulumi config rm srtPassphraseSecretArn, which makes the stack choose a passphrase",
    },
  ];
}

function networkFaults(values: Values, faulty: ReadonlySet<string>): Fault[] {
  if (values.vpcId !== "") return existingVpcFaults(values, faulty);
  return [...(faulty.has("vpcId") ? [] : strayedSubnetFaults(values)), ...natGatewayFaults(values)];
}

function strayedSubnetFaults(values: Values): Fault[] {
  return (["publicSubnetIds", "privateSubnetIds"] as const)
    .filter((key) => values[key].length > 0)
    .map((key) => ({
      key,
      problem: "is set without vpcId",
      allowed: "needed: the VPC of these subnets",
      remedy: `pulumi config rm ${key}, or ${setCommand("vpcId", keys.vpcId)}`,
    }));
}

function natGatewayFaults({ environment, natGateways, authFunctionInVpc }: Values): Fault[] {
  if (authFunctionInVpc && natGateways === "None") {
    return [
      {
        key: "natGateways",
        problem: "is None together with authFunctionInVpc",
        allowed:
          "allowed: Single or OnePerAz, as a function in a VPC has no public address to reach AWS's services with",
        remedy: "pulumi config set natGateways Single",
      },
    ];
  }
  if (environment === "dev" || natGateways !== "None") return [];
  return [
    {
      key: "natGateways",
      problem: "is None",
      allowed:
        "allowed with environment prod: Single or OnePerAz, so that the task has no public address",
      remedy: "pulumi config set natGateways OnePerAz",
    },
  ];
}

/** A value equal to its default counts as not set: Pulumi fills in the defaults before the program sees them. */
function existingVpcFaults(values: Values, faulty: ReadonlySet<string>): Fault[] {
  const newVpcKeys = (["vpcCidrBlock", "zones", "natGateways"] as const).filter(
    (key) => values[key] !== keys[key].default,
  );
  const subnetKeys = (["publicSubnetIds", "privateSubnetIds"] as const).filter(
    (key) => values[key].length === 0 && !faulty.has(key),
  );
  return [
    ...newVpcKeys.map((key) => exclusive(key, `is ${values[key]} together with vpcId`, "vpcId")),
    ...subnetKeys.map((key) => needed(key, `needed with vpcId: ${keys[key].format.allowed}`)),
    ...doubledSubnetFaults(values),
  ];
}

/** A subnet of the load balancer leads to the internet with public addresses alone, which the task does not have. */
const doubledSubnetFaults = ({ publicSubnetIds, privateSubnetIds }: Values): Fault[] =>
  privateSubnetIds
    .filter((id) => publicSubnetIds.includes(id))
    .map((id) => ({
      key: "privateSubnetIds",
      problem: `has ${id}, which publicSubnetIds has as well`,
      allowed: "allowed: other subnets, in which the task reaches the internet by a NAT gateway",
      remedy: `take ${id} out of one of the two lists`,
    }));

function allowedCidrsFaults({ allowedCidrs }: Values): Fault[] {
  return allowedCidrs.length > 0
    ? []
    : [
        {
          ...needed("allowedCidrs", `needed: ${keys.allowedCidrs.format.allowed}`),
          problem: "is empty",
        },
      ];
}

const exclusive = (key: KeyName, problem: string, other: string): Fault => ({
  key,
  problem,
  allowed: `allowed: either ${key} or ${other}`,
  remedy: `pulumi config rm ${key}`,
});

const needed = (key: KeyName, allowed: string): Fault => ({
  key,
  problem: "is not set",
  allowed,
  remedy: setCommand(key, keys[key]),
});
