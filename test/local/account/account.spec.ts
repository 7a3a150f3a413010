import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccountStore, type Item } from "../../../local/account/accountStore";
import { aws } from "../../../local/providers/aws";
import type { Properties } from "../../../local/providers/engine/wire";
import { Provider } from "../providers/client";
import { good, tokens } from "../providers/fixtures";

const item = (id: string): Item => ({ type: "t", id, arn: "", region: "", properties: {} });

describe("the account's inventory", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "cloud-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("loses nothing when several writers share the file", async () => {
    const clouds = [new AccountStore(root), new AccountStore(root), new AccountStore(root)];
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        clouds[index % 3]?.transaction((inventory) => {
          inventory.put(item(String(index)));
          inventory.next("counter");
        }),
      ),
    );
    const inventory = new AccountStore(root).read();
    assert.equal(inventory.of("t").length, 60);
    assert.equal(inventory.next("counter"), 61);
    assert.ok(!existsSync(join(root, "cloud.json.lock")));
  });

  it("keeps nothing of a change that throws, and goes on", async () => {
    const cloud = new AccountStore(root);
    const failed = cloud.transaction((inventory) => {
      inventory.put(item("lost"));
      throw new Error("no");
    });
    await assert.rejects(failed, /no/);
    await cloud.transaction((inventory) => inventory.put(item("kept")));
    assert.deepEqual(
      cloud
        .read()
        .of("t")
        .map(({ id }) => id),
      ["kept"],
    );
  });

  it("breaks the lock of a process that is dead", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(join(root, "cloud.json.lock"), String(pid));
    const cloud = new AccountStore(root);
    await cloud.transaction((inventory) => inventory.put(item("a")));
    assert.equal(cloud.read().of("t").length, 1);
  });

  it("says which file is broken and what to do", () => {
    writeFileSync(join(root, "cloud.json"), "{");
    assert.throws(
      () => new AccountStore(root).read(),
      /cloud\.json is not readable JSON.*delete it/,
    );
  });
});

describe("the account's functions", () => {
  let provider: Provider;
  before(async () => {
    provider = await Provider.start(aws);
  });
  after(() => provider.stop());

  it("tell the region, its zones, the account and the partition", async () => {
    const zones = await provider.invoke("aws:index/getAvailabilityZones:getAvailabilityZones");
    assert.deepEqual(zones.names, ["ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"]);
    assert.deepEqual(zones.zoneIds, ["apse2-az1", "apse2-az2", "apse2-az3"]);
    assert.equal((await provider.invoke("aws:index/getRegion:getRegion")).name, "ap-southeast-2");
    const identity = await provider.invoke("aws:index/getCallerIdentity:getCallerIdentity");
    assert.equal(identity.accountId, "123456789012");
    assert.equal((await provider.invoke("aws:index/getPartition:getPartition")).partition, "aws");
  });

  it("list Local Zones that the account has opted into, first by name, unless filtered", async () => {
    const zone = (name: string, optInStatus: string, more = {}) => ({
      name,
      id: `id-${name}`,
      type: "availability-zone",
      state: "available",
      optInStatus,
      ...more,
    });
    const file = join(provider.root, "account.yaml");
    const zones = [
      zone("ap-southeast-2a", "opt-in-not-required"),
      zone("ap-southeast-2b", "opt-in-not-required", { state: "impaired" }),
      zone("ap-southeast-2-akl-1a", "opted-in", { type: "local-zone" }),
      zone("ap-southeast-2-per-1a", "not-opted-in", { type: "local-zone" }),
    ];
    writeFileSync(file, JSON.stringify({ zones }));
    try {
      const names = async (args: Properties) =>
        (await provider.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", args)).names;
      assert.deepEqual(await names({}), [
        "ap-southeast-2-akl-1a",
        "ap-southeast-2a",
        "ap-southeast-2b",
      ]);
      const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
      assert.deepEqual(await names({ state: "available", filters }), ["ap-southeast-2a"]);
    } finally {
      rmSync(file);
    }
  });

  it("find any hosted zone, always the same", async () => {
    const ask = () => provider.invoke("aws:route53/getZone:getZone", { name: "tak.nz." });
    const zone = await ask();
    assert.match(zone.zoneId, /^Z[0-9A-F]{20}$/);
    assert.equal(zone.name, "tak.nz");
    assert.deepEqual(await ask(), zone);
  });

  it("refuse a name that several hosted zones have", async () => {
    const file = join(provider.root, "account.yaml");
    writeFileSync(file, JSON.stringify({ hostedZones: { "tak.nz": { count: 2 } } }));
    try {
      await assert.rejects(
        provider.invoke("aws:route53/getZone:getZone", { name: "tak.nz" }),
        /multiple Route 53 Hosted Zones matched; use additional constraints/,
      );
    } finally {
      rmSync(file);
    }
  });

  it("answer what CloudTAK's stack exports, and refuse other exports", async () => {
    const ask = (name: string) =>
      provider.invoke("aws:cloudformation/getExport:getExport", { name });
    assert.equal(
      (await ask("TAK-Dev-CloudTAK-ServiceURL")).value,
      "https://cloudtak.dev.example.org",
    );
    assert.equal(
      (await ask("TAK-Dev-CloudTAK-SigningSecret")).value,
      "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:TAK-Dev-CloudTAK/API/Secret-AbCdEf",
    );
    assert.match(
      (await ask("TAK-Dev-BaseInfra-KmsKeyArn")).value,
      /^arn:aws:kms:ap-southeast-2:123456789012:key\/[0-9a-f-]{36}$/,
    );
    for (const name of ["TAK-Dev-CloudTAK-Other", "Dev-CloudTAK-ServiceURL", ""]) {
      await assert.rejects(ask(name), /ValidationError: No export named/);
    }
  });

  const secretArn = (name: string, account = "123456789012", region = "ap-southeast-2") =>
    `arn:aws:secretsmanager:${region}:${account}:secret:${name}-AbCdEf`;
  const getSecret = (arn: string) =>
    provider.invoke("aws:secretsmanager/getSecret:getSecret", { arn });

  it("tell the key of a secret: CloudTAK's own, by ARN or id, else none", async () => {
    const key = (await getSecret(secretArn("TAK-Dev-CloudTAK/API/Secret"))).kmsKeyId;
    const exported = await provider.invoke("aws:cloudformation/getExport:getExport", {
      name: "TAK-Dev-BaseInfra-KmsKeyArn",
    });
    assert.equal(key, exported.value);
    const keyId = (await getSecret(secretArn("coe-cloudtak/api/secret"))).kmsKeyId;
    assert.match(keyId, /^[0-9a-f-]{36}$/);
    const { arn } = await provider.invoke("aws:kms/getKey:getKey", { keyId });
    assert.equal(arn, `arn:aws:kms:ap-southeast-2:123456789012:key/${keyId}`);
    assert.equal((await getSecret(secretArn("srt-passphrase"))).kmsKeyId, "");
    const kmsKeyId = "arn:aws:kms:ap-southeast-2:123456789012:key/own";
    const own = await provider.deploy("aws:secretsmanager/secret:Secret", "s", { kmsKeyId });
    assert.equal((await getSecret(own.id)).kmsKeyId, kmsKeyId);
  });

  it("refuse a secret of another account, and find none of another region", async () => {
    await assert.rejects(
      getSecret(secretArn("a", "210987654321")),
      /AccessDeniedException: User: .* is not authorized to perform: secretsmanager:DescribeSecret on resource: .* because no resource-based policy allows/,
    );
    await assert.rejects(
      getSecret(secretArn("a", "123456789012", "us-east-1")),
      /ResourceNotFoundException: Secrets Manager can't find the specified secret/,
    );
  });

  it("make a random password, as a secret", async () => {
    const ask = () =>
      provider.invoke("aws:secretsmanager/getRandomPassword:getRandomPassword", {
        passwordLength: 40,
        excludePunctuation: true,
      });
    const { randomPassword } = await ask();
    assert.match(JSON.stringify(randomPassword), /"[A-Za-z0-9]{40}"/);
    assert.notDeepEqual((await ask()).randomPassword, randomPassword);
  });

  it("find networks that were made here and take others for older ones", async () => {
    const vpc = await provider.deploy(tokens.vpc, "v", good.vpc);
    const subnet = await provider.deploy(tokens.subnet, "s", {
      vpcId: vpc.id,
      cidrBlock: "10.0.3.0/24",
    });
    const get = (id: string) => provider.invoke("aws:ec2/getVpc:getVpc", { id });
    assert.equal((await get(vpc.id)).cidrBlock, "10.0.0.0/16");
    assert.equal((await get("vpc-0123456789abcdef0")).cidrBlock, "172.31.0.0/16");
    await assert.rejects(get("vpc-x"), /InvalidVpcID.NotFound/);
    const found = await provider.invoke("aws:ec2/getSubnet:getSubnet", { id: subnet.id });
    assert.equal(found.vpcId, vpc.id);
    const filters = [{ name: "vpc-id", values: [vpc.id] }];
    const { ids } = await provider.invoke("aws:ec2/getSubnets:getSubnets", { filters });
    assert.deepEqual(ids, [subnet.id]);
  });

  it("know subnets and zones as the account is described", async () => {
    const file = join(provider.root, "account.yaml");
    const id = "subnet-0123456789abcdef0";
    const described = { vpcId: "vpc-0fedcba9876543210", zone: "ap-southeast-2-akl-1a" };
    const zone = { name: described.zone, id: "apse2-akl1-az1", type: "local-zone" };
    const zones = [{ ...zone, state: "available", optInStatus: "opted-in" }];
    writeFileSync(file, JSON.stringify({ zones, subnets: { [id]: described } }));
    const ask = (name: string) =>
      provider.invoke("aws:index/getAvailabilityZone:getAvailabilityZone", { name });
    try {
      const subnet = await provider.invoke("aws:ec2/getSubnet:getSubnet", { id });
      assert.deepEqual(
        [subnet.vpcId, subnet.availabilityZone, subnet.outpostArn],
        [described.vpcId, described.zone, ""],
      );
      assert.equal((await ask(described.zone)).zoneType, "local-zone");
      await assert.rejects(ask("ap-southeast-2a"), /no matching EC2 Availability Zone found/);
    } finally {
      rmSync(file);
    }
    assert.equal((await ask("ap-southeast-2a")).zoneType, "availability-zone");
  });

  it("give a registry's token as a secret", async () => {
    const token = await provider.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken");
    assert.equal(token.password["4dabf18193072939515e22adb298388d"].length, 32);
    assert.match(token.proxyEndpoint, /^https:\/\/123456789012\.dkr\.ecr\.ap-southeast-2\./);
  });

  it("are named when they are not served", async () => {
    await assert.rejects(
      provider.invoke("aws:s3/getBucket:getBucket"),
      /does not serve the function aws:s3\/getBucket:getBucket; it serves/,
    );
  });

  it("do not put anything into the inventory", async () => {
    const file = join(provider.root, "cloud.json");
    const before = readFileSync(file, "utf8");
    await provider.invoke("aws:route53/getZone:getZone", { name: "other" });
    assert.equal(readFileSync(file, "utf8"), before);
  });
});
