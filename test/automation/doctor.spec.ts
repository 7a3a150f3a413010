/** The checks before a deployment, against the account of a local cloud into which one fault at a time is injected. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Finding } from "../../automation/checks/finding";
import { doctor, doctorChecks } from "../../automation/doctor/doctor";
import type { CommandOutcome, Machine } from "../../automation/doctor/machine";
import { parseConfig } from "../../config";
import * as samples from "../config/samples";
import { Laptop } from "../runtime/fixtures";
import { account } from "../runtime/stack";

const region = "ap-southeast-2";
const signingKey = `arn:aws:kms:${region}:${account}:key/signing`;
const srtSecret = `arn:aws:secretsmanager:${region}:${account}:secret:srt-AbCdEf`;
const boundary = `arn:aws:iam::${account}:policy/boundary`;
const nameServers = ["ns-1.awsdns-00.com", "ns-2.awsdns-00.net"];
const everything = { ...samples.prod, srtPassphraseSecretArn: srtSecret };

const succeeds = (stdout: string): CommandOutcome => ({ code: 0, stdout, stderr: "" });

/** A machine with Docker, in a network where CloudTAK answers and the zone is delegated. */
const healthyMachine: Machine = {
  nameServers: async () => nameServers,
  getJson: async (url) => ({
    status: 200,
    body: url.endsWith("/api")
      ? { version: "13.70.0" }
      : { "media::url": "https://media.example.org:9997" },
  }),
  run: async (_command, [first]) =>
    succeeds(
      first === "version" ? "28.0.0\n" : "Name: default\nPlatforms: linux/amd64, linux/arm64\n",
    ),
};

const failed = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

interface Row {
  readonly fault: string;
  /** What account.yaml says. */
  readonly facts?: object;
  readonly config?: Readonly<Record<string, string>>;
  readonly machine?: Partial<Machine>;
  readonly target?: "local";
  /** Level and subject of what is found, and what it says. */
  readonly finds: readonly [
    level: Finding["level"],
    subject: string,
    message: RegExp,
    remedy?: RegExp,
  ];
}

const zone = (name: string, id: string, optInStatus = "opt-in-not-required") => {
  const type = optInStatus === "opt-in-not-required" ? "availability-zone" : "local-zone";
  return { name, id, type, state: "available", optInStatus };
};
const localZone = zone("ap-southeast-2-akl-1a", "apse2-akl1-az1", "opted-in");

const rows: readonly Row[] = [
  {
    fault: "a Local Zone that was opted in",
    facts: {
      zones: [localZone, zone(`${region}a`, "apse2-az1"), zone(`${region}b`, "apse2-az3")],
    },
    finds: ["ok", "zones", /^ap-southeast-2a, ap-southeast-2b; .*left out: ap-southeast-2-akl-1a$/],
  },
  {
    fault: "too few zones without opt-in",
    facts: { zones: [localZone, zone(`${region}a`, "apse2-az1")] },
    finds: ["fault", "zones", /has 1 zones .* wants 2/, /pulumi config set zones 1/],
  },
  {
    fault: "a zone without ARM tasks",
    facts: { zones: [zone("us-east-1a", "use1-az3"), zone("us-east-1b", "use1-az1")] },
    finds: ["warning", "zones", /us-east-1a \(use1-az3\) runs no ARM tasks/, /vpcId/],
  },
  {
    fault: "subnets of the task in a zone of no load balancer subnet",
    config: { ...samples.existingVpc },
    finds: [
      "fault",
      "zones",
      /the task's subnet subnet-\w+ is in ap-southeast-2[abc], where the load/,
    ],
  },
  {
    fault: "a subnet that does not exist",
    config: { ...samples.existingVpc },
    facts: { missing: ["subnet-0123456789abcdef1"] },
    finds: ["fault", "zones", /'subnet-0123456789abcdef1' does not exist/, /describe-subnets/],
  },
  {
    fault: "a Fargate quota below the task",
    facts: { quotas: { "fargate/L-3032A538": 2 } },
    config: { mediamtxCpu: "4096", mediamtxMemory: "8192" },
    finds: [
      "fault",
      "quota Fargate",
      /^2 vCPUs .* needs 4$/,
      /--quota-code L-3032A538 --desired-value 4/,
    ],
  },
  {
    fault: "too few Elastic IP addresses",
    facts: { quotas: { "ec2/L-0263D0A3": 1 } },
    config: { natGateways: "OnePerAz" },
    finds: [
      "fault",
      "quota Elastic IPs",
      /^1 Elastic IP addresses; the stack needs 2$/,
      /L-0263D0A3/,
    ],
  },
  {
    fault: "no room for another VPC",
    facts: { quotas: { "vpc/L-F678F1CE": 1 } },
    finds: [
      "fault",
      "quota VPCs",
      /^1 VPCs in the region, 1 in use; the stack needs 1$/,
      /value 2/,
    ],
  },
  {
    fault: "too few rules per security group",
    facts: { quotas: { "vpc/L-0EA8095F": 30 } },
    finds: ["fault", "quota security groups", /^30 rules .* needs 39$/, /L-0EA8095F/],
  },
  {
    fault: "no room for another load balancer",
    facts: { quotas: { "elasticloadbalancing/network-load-balancers": 0 } },
    finds: ["fault", "quota load balancers", /^0 Network Load Balancers; the stack needs 1$/],
  },
  {
    fault: "no room for the target groups",
    facts: { quotas: { "elasticloadbalancing/target-groups": 4 } },
    finds: ["fault", "quota target groups", /^4 target groups; the stack needs 5$/],
  },
  {
    fault: "reserved concurrency that the account does not allow",
    facts: { lambdaConcurrentExecutions: 110 },
    config: { authReservedConcurrency: "50" },
    finds: [
      "fault",
      "quota Lambda",
      /would leave 60, AWS keeps 100/,
      /authReservedConcurrency 10$/,
    ],
  },
  {
    fault: "the concurrency of a new account",
    facts: { lambdaConcurrentExecutions: 10 },
    finds: ["warning", "quota Lambda", /^10 concurrent executions/, /L-B99A9384/],
  },
  {
    fault: "no service-linked role of ECS",
    facts: { serviceLinkedRoles: [] },
    finds: [
      "warning",
      "role ecs",
      /no AWSServiceRoleForECS/,
      /create-service-linked-role .*ecs\.amazonaws/,
    ],
  },
  {
    fault: "a signing secret of another account",
    config: {
      cloudtakSigningSecretArn: samples.secretArn.replace(account, "210987654321"),
    },
    finds: ["fault", "cloudtakSigningSecret", /is of account 210987654321; .* of 123456789012/],
  },
  {
    fault: "a signing secret that does not exist",
    facts: { missing: [samples.secretArn] },
    finds: ["fault", "cloudtakSigningSecret", /does not exist/, /list-secrets/],
  },
  {
    fault: "a customer key whose policy leaves nothing to IAM",
    facts: {
      secrets: { [samples.secretArn]: { kmsKeyArn: signingKey } },
      keys: { [signingKey]: { policy: { Statement: [] } } },
    },
    finds: [
      ...(["fault", "cloudtakSigningSecret"] as const),
      ...[
        /does not leave kms:Decrypt to IAM, so the auth function's role cannot/,
        /put-key-policy/,
      ],
    ] as never,
  },
  {
    fault: "a customer key that is disabled",
    facts: {
      secrets: { [srtSecret]: { kmsKeyArn: signingKey } },
      keys: { [signingKey]: { state: "Disabled" } },
    },
    finds: ["fault", "srtPassphraseSecret", /key\/signing is Disabled/, /aws kms enable-key/],
  },
  {
    fault: "a certificate that has expired",
    config: { certificateArn: samples.certificateArn, domainName: "", hostedZoneName: "" },
    facts: {
      certificates: { [samples.certificateArn]: { status: "EXPIRED", domainName: "a.org" } },
    },
    finds: ["fault", "certificateArn", /is EXPIRED/, /aws acm list-certificates/],
  },
  {
    fault: "a cluster of another account",
    config: { clusterArn: samples.clusterArn.replace(account, "210987654321") },
    finds: ["fault", "clusterArn", /is of account 210987654321/],
  },
  {
    fault: "a key that does not exist",
    config: { kmsKeyArn: samples.kmsKeyArn },
    facts: { missing: [samples.kmsKeyArn] },
    finds: ["fault", "kmsKeyArn", /does not exist/, /aws kms list-keys/],
  },
  {
    fault: "a permissions boundary that does not exist",
    config: { permissionsBoundaryArn: boundary },
    facts: { missing: [boundary] },
    finds: ["fault", "permissionsBoundaryArn", /does not exist/],
  },
  {
    fault: "no hosted zone",
    facts: { missing: ["example.org"] },
    finds: ["fault", "hosted zone", /no public hosted zone example\.org/, /create-hosted-zone/],
  },
  {
    fault: "a hosted zone that is not delegated",
    machine: { nameServers: failed("ENOTFOUND") },
    finds: ["fault", "hosted zone", /not delegated/, /NS records of example\.org to ns-1\.awsdns/],
  },
  {
    fault: "a hosted zone that is delegated elsewhere",
    machine: { nameServers: async () => ["ns1.registrar.example"] },
    finds: ["fault", "hosted zone", /delegated to ns1\.registrar\.example, not/],
  },
  {
    fault: "a resolver that does not answer",
    machine: { nameServers: failed("ETIMEOUT") },
    finds: ["warning", "hosted zone", /not checked: ETIMEOUT/],
  },
  {
    fault: "a CloudTAK that does not answer",
    machine: { getJson: failed("ECONNREFUSED") },
    finds: ["fault", "CloudTAK", /does not answer: ECONNREFUSED/, /curl/],
  },
  {
    fault: "something that is no CloudTAK",
    machine: { getJson: async () => ({ status: 404, body: undefined }) },
    finds: ["fault", "CloudTAK", /answers 404 without a version/, /cloudtakUrl/],
  },
  {
    fault: "a CloudTAK that takes deleted tokens",
    machine: { getJson: async () => ({ status: 200, body: { version: "13.68.1" } }) },
    finds: ["warning", "CloudTAK", /13\.68\.1: it does not refuse tokens/, /13\.68\.2/],
  },
  {
    fault: "a CloudTAK that sends its users elsewhere",
    machine: {
      getJson: async () => ({
        status: 200,
        body: { version: "13.70.0", "media::url": "https://other.example.org:9997" },
      }),
    },
    finds: [
      "warning",
      "CloudTAK media::url",
      /reached as media\.example\.org/,
      /media\.example\.org:9997/,
    ],
  },
  {
    fault: "a machine without Docker",
    machine: { run: async () => ({ code: null, stdout: "", stderr: "" }) },
    finds: ["fault", "images", /no docker on PATH/, /gatewayImage/],
  },
  {
    fault: "a builder without arm64",
    machine: { run: async () => succeeds("Platforms: linux/amd64\n") },
    finds: ["fault", "images", /makes linux\/amd64, not linux\/arm64/, /binfmt/],
  },
  {
    fault: "a deployer who may not make roles",
    facts: {
      operatorPolicy: {
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "iam:CreateRole", Resource: "*" },
        ],
      },
    },
    finds: ["fault", "permissions", /user\/local may not iam:CreateRole$/],
  },
  {
    fault: "a deployer whose permissions may not be asked",
    facts: {
      operatorPolicy: {
        Statement: [
          { Effect: "Allow", Action: "*", Resource: "*" },
          { Effect: "Deny", Action: "iam:SimulatePrincipalPolicy", Resource: "*" },
        ],
      },
    },
    finds: ["warning", "permissions", /not checked: .*not authorized to perform: iam:Simulate/],
  },
  {
    fault: "a local cloud without DNS",
    target: "local",
    finds: ["warning", "hosted zone", /not checked: .*no DNS/],
  },
];

describe("the checks before a deployment", () => {
  let laptop: Laptop;
  const found = async ({ facts = {}, config = {}, machine = {}, target }: Partial<Row>) => {
    writeFileSync(join(laptop.root, "account.yaml"), stringify(facts));
    const { AccessKeyId, SecretAccessKey, Token } = laptop.runtime.operatorCredentials();
    return doctor({
      stack: "prod",
      target: target ?? "aws",
      settings: parseConfig({ ...everything, ...config }, "prod", new Set(), { region }),
      region,
      // No pulumi: its check alone needs it.
      workspace: { folder: laptop.root, env: { PATH: laptop.root } },
      access: {
        endpoint: laptop.runtime.apiUrl,
        credentials: {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: Token,
        },
      },
      machine: { ...healthyMachine, ...machine },
    });
  };

  before(async () => {
    laptop = new Laptop();
    await laptop.runtime.apply([]);
  });
  after(() => laptop.close());

  it("find nothing where nothing is wrong, and say so of each", async () => {
    const findings = await found({});
    const others = findings.filter(({ subject }) => subject !== "pulumi");
    assert.deepEqual(
      others.filter(({ level }) => level !== "ok"),
      [],
    );
    assert.ok(findings.length > 15);
    assert.deepEqual(
      findings.filter(({ subject }) => subject === "pulumi").map(({ level }) => level),
      ["fault"],
      "there is no pulumi on PATH",
    );
  });

  for (const row of rows) {
    it(`find ${row.fault}`, async () => {
      const [level, subject, message, remedy] = row.finds;
      const findings = await found(row);
      const match = findings.find(
        (finding) => finding.subject === subject && message.test(finding.message),
      );
      assert.ok(match, `nothing like ${message} in\n${JSON.stringify(findings, null, 1)}`);
      assert.equal(match.level, level);
      if (remedy) assert.match(match.remedy ?? "", remedy);
      if (level === "fault") assert.ok(match.remedy, "no remedy");
    });
  }

  it("have a row of this table each, but for account and pulumi", () => {
    const subjects = rows.map(({ finds: [, subject] }) => subject);
    const untested = doctorChecks
      .map(({ subject }) => subject)
      .filter((subject) => !subjects.includes(subject));
    assert.deepEqual(untested, [
      ...["account", "role elasticloadbalancing", "cloudtakSigningSecretKmsKeyArn", "pulumi"],
    ]);
  });

  it("do not take credentials for good that AWS refuses, and know nothing then", async () => {
    const findings = await doctor({
      stack: "prod",
      target: "aws",
      settings: parseConfig(everything, "prod", new Set(), { region }),
      region,
      workspace: { folder: laptop.root, env: { PATH: laptop.root } },
      access: {
        endpoint: laptop.runtime.apiUrl,
        credentials: { accessKeyId: "AKIAWRONG", secretAccessKey: "x", sessionToken: "x" },
      },
      machine: healthyMachine,
    });
    const [first] = findings;
    assert.equal(first?.level, "fault");
    assert.match(first?.message ?? "", /InvalidClientTokenId/);
    const good = findings.filter(({ level }) => level === "ok").map(({ subject }) => subject);
    assert.deepEqual(good, ["CloudTAK", "CloudTAK media::url", "open leases", "images"]);
  });
});
