import { strict as assert } from "node:assert";
import { EmptyCloud } from "./emptyCloud";

const region = "eu-west-1";
const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${region}:123456789012:${resource}`;
const key = arn("kms", "key/12345678-1234-1234-1234-123456789012");
const boundary = "arn:aws:iam::123456789012:policy/team/boundary";

/** An account that has everything that the program can use. */
const account = {
  "aws:region": region,
  environment: "prod",
  protect: "true",
  vpcId: "vpc-0123456789abcdef0",
  "publicSubnetIds[0]": "subnet-0123456789abcdef0",
  "publicSubnetIds[1]": "subnet-0123456789abcdef1",
  "privateSubnetIds[0]": "subnet-0123456789abcdef3",
  "privateSubnetIds[1]": "subnet-0123456789abcdef4",
  certificateArn: arn("acm", "certificate/12345678-1234-1234-1234-123456789012"),
  clusterArn: arn("ecs", "cluster/TAK-Prod-ECSCluster"),
  kmsKeyArn: key,
  permissionsBoundaryArn: boundary,
  cloudtakStack: "TAK-Prod",
  srtPassphraseSecretArn: arn("secretsmanager", "secret:srt-AbCdEf"),
  alarmEmail: "ops@example.org",
  "tags.CostCentre": "4711",
  "tags.Owner": "video",
};

describe("an account that is not empty", () => {
  let cloud: EmptyCloud;
  beforeEach(() => {
    cloud = new EmptyCloud("existing-infrastructure");
  });
  afterEach(() => cloud.remove());

  it("keeps its network, cluster, key and certificate, in its own region, and the pack agrees", async () => {
    await cloud.init("prod-two", account);
    await cloud.up("prod-two");

    const items = cloud.account();
    const types = new Set(items.map(({ type }) => type.split(":").at(-1)));
    for (const type of ["Vpc", "Subnet", "NatGateway", "Cluster", "Key", "Certificate"]) {
      assert.ok(!types.has(type), `a ${type} was made`);
    }
    const elsewhere = items.filter(({ arn }) => !["", region].includes(arn.split(":")[3] ?? ""));
    assert.deepEqual(elsewhere, []);
    const of = (type: string) => items.filter((item) => item.type.endsWith(`:${type}`));
    assert.deepEqual(
      new Set(of("Role").map(({ properties }) => properties.permissionsBoundary)),
      new Set([boundary]),
    );
    assert.deepEqual(
      new Set(of("LogGroup").map(({ properties }) => properties.kmsKeyId)),
      new Set([key]),
    );
    const tagged = items.filter(({ type, properties }) => /^aws:/.test(type) && properties.tags);
    assert.ok(tagged.length > 30, `${tagged.length} resources have tags`);
    for (const { type, properties } of tagged) {
      const { CostCentre, Owner, Stack } = properties.tags as Record<string, string>;
      assert.deepEqual([CostCentre, Owner, Stack], ["4711", "video", "prod-two"], type);
    }
    const cloudtak = of("Function").map(({ properties }) => {
      const { variables } = properties.environment as { variables: Record<string, string> };
      return [variables.CLOUDTAK_URL, variables.CLOUDTAK_SIGNING_SECRET_ARN];
    });
    assert.deepEqual(cloudtak, [
      [
        "https://cloudtak.prod.example.org",
        arn("secretsmanager", "secret:TAK-Prod-CloudTAK/API/Secret-AbCdEf"),
      ],
    ]);
    assert.deepEqual(await cloud.preview("prod-two"), {});
  });

  it("takes a stack of the longest name", async () => {
    const stack = `d${"-0123456789abc".repeat(3)}`.slice(0, 40);
    assert.equal(stack.length, 40);
    await cloud.init(stack, {
      "aws:region": region,
      environment: "dev",
      cloudtakStack: "TAK-Dev",
      alarmEmail: "ops@example.org",
    });
    await cloud.up(stack);
    const [handler] = cloud.account().filter(({ type }) => type.endsWith(":Function"));
    assert.equal(handler?.id, `TAK-D${stack.slice(1)}-MediaInfra-Auth`);
  });

  it("says every fault of what does not fit together", async () => {
    await cloud.init("prod-two", { ...account, "aws:region": "us-west-2" });
    const { code, stdout, stderr } = await cloud.pulumi("preview --stack prod-two");
    assert.notEqual(code, 0);
    const said = stdout + stderr;
    for (const key of ["certificateArn", "srtPassphraseSecretArn", "clusterArn", "kmsKeyArn"]) {
      assert.match(said, new RegExp(`"${key}" is in eu-west-1; allowed: one in us-west-2`));
    }
  });
});
