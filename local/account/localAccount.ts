import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Account } from "../providers/engine/account";
import { parsePolicy, type Statement } from "../runtime/iam/policyEvaluation";
import { text } from "../runtime/state";
import { accountId } from "./accountId";
import { AccountStore, type Inventory } from "./accountStore";
import { zoneId, zoneNames } from "./availabilityZones";
import { priorKmsKeyId, secretType } from "./priorSecrets";

const zone = z.object({
  name: z.string(),
  id: z.string(),
  type: z.enum(["availability-zone", "local-zone", "wavelength-zone"]),
  state: z.enum(["available", "impaired", "unavailable"]),
  optInStatus: z.enum(["opt-in-not-required", "opted-in", "not-opted-in"]),
});

/** Contents of `account.yaml`, in AWS's terms. Defaults are those of a new account. */
const fileFormat = z.strictObject({
  /** Policy of the operator; without it the operator may do everything. */
  operatorPolicy: z.unknown().optional(),
  /** Documents of managed policies, which bound roles that name them as their boundary, by ARN. */
  policies: z.record(z.string(), z.unknown()).default({}),
  zones: z.array(zone).optional(),
  /** By service code and quota code, such as fargate/L-3032A538. */
  quotas: z.record(z.string(), z.number()).default({}),
  lambdaConcurrentExecutions: z.number().default(1000),
  serviceLinkedRoles: z
    .array(z.string())
    .default(["AWSServiceRoleForECS", "AWSServiceRoleForElasticLoadBalancing"]),
  /** ARNs, names of hosted zones, and images (gateway:1.0.0) that do not exist. */
  missing: z.array(z.string()).default([]),
  /** By ARN. */
  secrets: z
    .record(
      z.string(),
      z.object({ kmsKeyArn: z.string().optional(), policy: z.unknown().optional() }),
    )
    .default({}),
  /** By repository and tag or digest, such as gateway:1.0.0. */
  images: z
    .record(
      z.string(),
      z.object({ architectures: z.array(z.string()), isIndex: z.boolean().default(true) }),
    )
    .default({}),
  keys: z
    .record(
      z.string(),
      z.object({
        state: z.string().default("Enabled"),
        spec: z.string().default("SYMMETRIC_DEFAULT"),
        usage: z.string().default("ENCRYPT_DECRYPT"),
        policy: z.unknown().optional(),
      }),
    )
    .default({}),
  certificates: z
    .record(
      z.string(),
      z.object({
        status: z.string().default("ISSUED"),
        domainName: z.string(),
        otherNames: z.array(z.string()).default([]),
        keyAlgorithm: z.string().default("RSA-2048"),
        /** ACM renews certificates that it has issued by default. */
        type: z.enum(["AMAZON_ISSUED", "IMPORTED", "PRIVATE"]).default("AMAZON_ISSUED"),
        issuer: z.string().default("Amazon"),
        renewalStatus: z.string().optional(),
        extendedKeyUsages: z.array(z.string()).default(["TLS_WEB_SERVER_AUTHENTICATION"]),
        notAfter: z.string().default("2099-01-01T00:00:00Z"),
      }),
    )
    .default({}),
  /** Running tasks of other stacks in the account; `cpu` in CPU units. */
  tasks: z
    .array(
      z.object({
        cluster: z.string().default("default"),
        group: z.string(),
        cpu: z.number(),
        launchType: z.enum(["FARGATE", "EC2"]).default("FARGATE"),
        capacityProvider: z.string().optional(),
      }),
    )
    .default([]),
  /** Subnets that the local cloud did not create, by id; omitted fields derive from the id. */
  subnets: z
    .record(
      z.string(),
      z.object({
        vpcId: z.string().optional(),
        zone: z.string().optional(),
        cidrBlock: z.string().optional(),
        outpostArn: z.string().optional(),
        availableIpAddressCount: z.number().default(251),
        /** Whether its route table leads to an internet gateway, as that of a default VPC does. */
        internetGateway: z.boolean().default(true),
      }),
    )
    .default({}),
  /** Public ones by name; `count` of them have this name. */
  hostedZones: z
    .record(
      z.string(),
      z.object({
        nameServers: z.array(z.string()).optional(),
        count: z.number().default(1),
        /** That the local cloud did not create. */
        records: z.array(z.object({ name: z.string(), type: z.string() })).default([]),
      }),
    )
    .default({}),
  /** CloudTAK's CloudFormation stacks, without -CloudTAK at the end. */
  cloudtakStacks: z.array(z.string()).default(["TAK-Dev", "TAK-Prod"]),
});

export type AccountFacts = z.infer<typeof fileFormat>;
export type Zone = z.infer<typeof zone>;

const factsOf = (text: string): AccountFacts => fileFormat.parse(parse(text) ?? {});

const everything: readonly Statement[] = parsePolicy(
  JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] }),
);

/**
 * The AWS account of a local cloud: the deployed resources, and the facts that `account.yaml` in the cloud's folder
 * declares. A configured secret, key, certificate or hosted zone of this account exists unless the file says otherwise.
 */
export class LocalAccount {
  readonly id = accountId;

  /** The resources that the providers have created. */
  readonly store: AccountStore;

  #read = { text: "", facts: factsOf("") };

  constructor(private readonly root: string) {
    this.store = new AccountStore(root);
  }

  /** Contents of the file; parsed again only after a change, as each request reads them several times. */
  facts(): AccountFacts {
    const file = join(this.root, "account.yaml");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    if (text !== this.#read.text) this.#read = { text, facts: factsOf(text) };
    return this.#read.facts;
  }

  inventory(): Inventory {
    return this.store.read();
  }

  /** The account as the providers' data sources take it; these create nothing and need no ids. */
  asProvider(region: string): Account {
    const nothing = () => {
      throw new Error("a data source makes nothing");
    };
    return { id: this.id, region, hex: nothing, next: nothing };
  }

  zones(region: string): readonly Zone[] {
    return (
      this.facts().zones ??
      zoneNames(region).map((name) => ({
        name,
        id: zoneId(name, region),
        type: "availability-zone",
        state: "available",
        optInStatus: "opt-in-not-required",
      }))
    );
  }

  operatorStatements(): readonly Statement[] {
    const { operatorPolicy } = this.facts();
    return operatorPolicy === undefined ? everything : parsePolicy(JSON.stringify(operatorPolicy));
  }

  /**
   * ARN, or in CloudTAK's way the id, of the customer managed key that encrypts a secret; undefined for the key that
   * AWS manages.
   */
  kmsKeyIdOf(secretArn: string): string | undefined {
    const made = this.inventory().byId(secretType, secretArn);
    if (made) return text(made.properties.kmsKeyId) || undefined;
    return this.facts().secrets[secretArn]?.kmsKeyArn ?? priorKmsKeyId(secretArn);
  }

  /** A key that this cloud did not create; an undeclared one admits every service that a stack uses it with. */
  key(arn: string): AccountFacts["keys"][string] & { readonly policy: unknown } {
    const { policy = servingPolicy(this.id, arn), ...described } = this.facts().keys[arn] ?? {
      state: "Enabled",
      spec: "SYMMETRIC_DEFAULT",
      usage: "ENCRYPT_DECRYPT",
    };
    return { ...described, policy };
  }

  /** Whether something with this ARN, of this account and region, exists. */
  has(arn: string, region: string): boolean {
    const [, , , arnRegion, owner] = arn.split(":");
    const isHere = owner === this.id && (arnRegion === region || arnRegion === "");
    return isHere && !this.facts().missing.includes(arn);
  }
}

/** The statement that a new key comes with, by which IAM decides, and one for AWS's services. */
const servingPolicy = (account: string, keyArn: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Effect: "Allow",
      Principal: {
        Service: [
          `logs.${keyArn.split(":")[3]}.amazonaws.com`,
          "delivery.logs.amazonaws.com",
          "cloudwatch.amazonaws.com",
        ],
      },
      Action: [
        "kms:Encrypt*",
        "kms:Decrypt*",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:Describe*",
      ],
      Resource: "*",
    },
  ],
});
