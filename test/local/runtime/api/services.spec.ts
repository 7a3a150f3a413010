import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { CloudFormationClient, ListExportsCommand } from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
import {
  DescribeAccountLimitsCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetPolicyCommand,
  GetRoleCommand,
  IAMClient,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetServiceQuotaCommand, ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { stringify } from "yaml";
import { AccountStore } from "../../../../local/account/accountStore";
import { TestCloud } from "../fixtures";
import { account } from "../stack";

const region = "ap-southeast-2";
const arn = (service: string, resource: string, owner = account) =>
  `arn:aws:${service}:${region}:${owner}:${resource}`;

describe("local AWS API, asked about the account", () => {
  let cloud: TestCloud;
  const clients: { destroy(): void }[] = [];

  function client<C extends { destroy(): void }>(
    type: new (config: object) => C,
    sessionToken?: string,
  ): C {
    const { AccessKeyId, SecretAccessKey, Token } = cloud.runtime.operatorCredentials();
    const made = new type({
      endpoint: cloud.runtime.apiUrl,
      region,
      maxAttempts: 1,
      credentials: {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: sessionToken ?? Token,
      },
    });
    clients.push(made);
    return made;
  }
  /** What is true of the account from now on. */
  const declare = (facts: object) =>
    writeFileSync(join(cloud.root, "account.yaml"), stringify(facts));

  before(async () => {
    cloud = new TestCloud();
    await cloud.runtime.apply([]);
  });
  beforeEach(() => declare({}));
  after(async () => {
    for (const each of clients) each.destroy();
    await cloud.close();
  });

  it("tells who calls, and refuses credentials that it did not give out", async () => {
    const command = new GetCallerIdentityCommand({});
    const identity = await client(STSClient).send(command);
    assert.equal(identity.Account, account);
    assert.equal(identity.Arn, `arn:aws:iam::${account}:user/local`);
    const unknown = client(STSClient, "wrong");
    await assert.rejects(unknown.send(command), { name: "InvalidClientTokenId" });
    const zones = new DescribeAvailabilityZonesCommand({});
    await assert.rejects(client(EC2Client, "wrong").send(zones), { name: "AuthFailure" });
  });

  it("lists zones with their opt-in, all of them when asked to", async () => {
    const zone = (name: string, type: string, optInStatus: string) => ({
      ...{ name, id: `id-of-${name}`, type, state: "available", optInStatus },
    });
    declare({
      zones: [
        zone("ap-southeast-2a", "availability-zone", "opt-in-not-required"),
        zone("ap-southeast-2-akl-1a", "local-zone", "opted-in"),
        zone("ap-southeast-2-per-1a", "local-zone", "not-opted-in"),
      ],
    });
    const asked = async (AllAvailabilityZones: boolean) =>
      (
        await client(EC2Client).send(new DescribeAvailabilityZonesCommand({ AllAvailabilityZones }))
      ).AvailabilityZones?.map(({ ZoneName, OptInStatus, ZoneType, State }) =>
        [ZoneName, OptInStatus, ZoneType, State].join(" "),
      );
    const [here, local, other] = [
      "ap-southeast-2a opt-in-not-required availability-zone available",
      "ap-southeast-2-akl-1a opted-in local-zone available",
      "ap-southeast-2-per-1a not-opted-in local-zone available",
    ];
    assert.deepEqual(await asked(false), [here, local]);
    assert.deepEqual(await asked(true), [here, local, other]);
  });

  it("counts what was deployed against the quotas", async () => {
    const item = (type: string, id: string, properties = {}) => ({
      ...{ type, id, arn: id, region, properties },
    });
    await new AccountStore(cloud.root).transaction((inventory) => {
      inventory.put(item("aws:ec2/vpc:Vpc", "vpc-1"));
      inventory.put(item("aws:ec2/eip:Eip", "eipalloc-1", { publicIp: "203.0.113.1" }));
      inventory.put(
        item("aws:lb/loadBalancer:LoadBalancer", "lb-1", { loadBalancerType: "network" }),
      );
      inventory.put(
        item("aws:lambda/function:Function", "f", { reservedConcurrentExecutions: 20 }),
      );
    });
    const ec2 = client(EC2Client);
    assert.equal((await ec2.send(new DescribeVpcsCommand({}))).Vpcs?.length, 2);
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
    assert.deepEqual(
      Addresses?.map(({ PublicIp }) => PublicIp),
      ["203.0.113.1"],
    );
    const balancing = client(ElasticLoadBalancingV2Client);
    const { LoadBalancers } = await balancing.send(new DescribeLoadBalancersCommand({}));
    assert.deepEqual(
      LoadBalancers?.map(({ Type }) => Type),
      ["network"],
    );

    declare({
      quotas: { "fargate/L-3032A538": 2, "elasticloadbalancing/target-groups": 5 },
      lambdaConcurrentExecutions: 100,
    });
    const quota = new GetServiceQuotaCommand({ ServiceCode: "fargate", QuotaCode: "L-3032A538" });
    assert.equal((await client(ServiceQuotasClient).send(quota)).Quota?.Value, 2);
    const { Limits } = await balancing.send(new DescribeAccountLimitsCommand({}));
    assert.equal(Limits?.find(({ Name }) => Name === "target-groups")?.Max, "5");
    const { AccountLimit } = await client(LambdaClient).send(new GetAccountSettingsCommand({}));
    assert.equal(AccountLimit?.ConcurrentExecutions, 100);
    assert.equal(AccountLimit?.UnreservedConcurrentExecutions, 80);
    const unknown = new GetServiceQuotaCommand({ ServiceCode: "fargate", QuotaCode: "L-0" });
    await assert.rejects(client(ServiceQuotasClient).send(unknown), {
      name: "NoSuchResourceException",
    });
  });

  it("has what is configured, in this account alone, unless it is declared missing", async () => {
    const secret = arn("secretsmanager", "secret:signing-AbCdEf");
    const key = arn("kms", "key/1");
    const certificate = arn("acm", "certificate/1");
    const cluster = arn("ecs", "cluster/own");
    const boundary = `arn:aws:iam::${account}:policy/boundary`;
    const secrets = client(SecretsManagerClient);
    declare({
      secrets: { [secret]: { kmsKeyArn: key } },
      certificates: { [certificate]: { status: "EXPIRED", domainName: "media.example.org" } },
    });
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: secret }));
    assert.equal(described.KmsKeyId, key);
    assert.equal(described.Name, "signing");
    const kms = client(KMSClient);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: key }));
    assert.equal(KeyMetadata?.KeyManager, "CUSTOMER");
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: key }));
    assert.match(Policy ?? "", new RegExp(`arn:aws:iam::${account}:root`));
    const asked = new DescribeCertificateCommand({ CertificateArn: certificate });
    assert.equal((await client(ACMClient).send(asked)).Certificate?.Status, "EXPIRED");
    const clusters = new DescribeClustersCommand({ clusters: [cluster, "unknown"] });
    const found = await client(ECSClient).send(clusters);
    assert.deepEqual(
      found.clusters?.map(({ clusterArn }) => clusterArn),
      [cluster],
    );
    assert.equal(found.failures?.length, 1);
    const policy = new GetPolicyCommand({ PolicyArn: boundary });
    assert.equal((await client(IAMClient).send(policy)).Policy?.Arn, boundary);

    const foreign = arn("secretsmanager", "secret:signing-AbCdEf", "210987654321");
    await assert.rejects(secrets.send(new DescribeSecretCommand({ SecretId: foreign })), {
      name: "ResourceNotFoundException",
    });
    declare({ missing: [secret, key, certificate, boundary, "subnet-12345678"] });
    await assert.rejects(secrets.send(new DescribeSecretCommand({ SecretId: secret })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: key })), {
      name: "NotFoundException",
    });
    await assert.rejects(client(ACMClient).send(asked), { name: "ResourceNotFoundException" });
    await assert.rejects(client(IAMClient).send(policy), { name: "NoSuchEntityException" });
    const subnets = new DescribeSubnetsCommand({ SubnetIds: ["subnet-12345678"] });
    await assert.rejects(client(EC2Client).send(subnets), { name: "InvalidSubnetID.NotFound" });
    const others = new DescribeSubnetsCommand({ SubnetIds: ["subnet-12345679"] });
    const { Subnets } = await client(EC2Client).send(others);
    assert.match(Subnets?.[0]?.AvailabilityZone ?? "", /^ap-southeast-2[abc]$/);
  });

  it("judges the operator by the policy that the account declares", async () => {
    const iam = client(IAMClient);
    const simulate = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: `arn:aws:iam::${account}:user/local`,
      ActionNames: ["ecs:CreateService", "iam:CreateRole"],
    });
    const decisions = async () =>
      (await iam.send(simulate)).EvaluationResults?.map(({ EvalDecision }) => EvalDecision);
    assert.deepEqual(await decisions(), ["allowed", "allowed"]);
    const statement = (Action: string[]) => ({ Effect: "Allow", Action, Resource: "*" });
    declare({ operatorPolicy: { Statement: [statement(["ecs:*", "iam:Simulate*"])] } });
    assert.deepEqual(await decisions(), ["allowed", "implicitDeny"]);
    const role = new GetRoleCommand({ RoleName: "AWSServiceRoleForECS" });
    await assert.rejects(iam.send(role), { name: "AccessDenied" });
    declare({ serviceLinkedRoles: ["AWSServiceRoleForECS"] });
    assert.match((await iam.send(role)).Role?.Arn ?? "", /:role\/aws-service-role\//);
    const other = new GetRoleCommand({ RoleName: "AWSServiceRoleForElasticLoadBalancing" });
    await assert.rejects(iam.send(other), { name: "NoSuchEntityException" });
  });

  it("knows hosted zones by name, and CloudTAK's exports", async () => {
    const route53 = client(Route53Client);
    declare({ hostedZones: { "example.org": { nameServers: ["ns-9.example.net"] } } });
    const list = new ListHostedZonesByNameCommand({ DNSName: "example.org" });
    const [zone] = (await route53.send(list)).HostedZones ?? [];
    assert.equal(zone?.Name, "example.org.");
    const { DelegationSet } = await route53.send(new GetHostedZoneCommand({ Id: zone?.Id }));
    assert.deepEqual(DelegationSet?.NameServers, ["ns-9.example.net"]);
    declare({ missing: ["example.org"] });
    assert.deepEqual((await route53.send(list)).HostedZones, []);
    const { Exports } = await client(CloudFormationClient).send(new ListExportsCommand({}));
    assert.equal(
      Exports?.find(({ Name }) => Name === "TAK-Dev-CloudTAK-ServiceURL")?.Value,
      "https://cloudtak.dev.example.org",
    );
  });

  it("finds log lines, and the metrics that they make", async () => {
    const group = "/ecs/TAK-Dev-MediaInfra-MediaMTX";
    const folder = join(cloud.root, `logs${group}`, "gateway", "gateway");
    mkdirSync(folder, { recursive: true });
    const now = Date.now();
    const metric = {
      time: now,
      msg: "metrics",
      _aws: {
        Timestamp: now,
        CloudWatchMetrics: [
          {
            Namespace: "TAK/MediaInfra",
            Dimensions: [["System"]],
            Metrics: [{ Name: "BytesIn", Unit: "Bytes" }],
          },
        ],
      },
      System: "TAK-Dev-MediaInfra",
      BytesIn: 42,
    };
    const lines = [{ time: now - 60_000, msg: "auth allowed", path: "one" }, metric];
    writeFileSync(join(folder, "task.log"), lines.map((line) => JSON.stringify(line)).join("\n"));

    const logs = client(CloudWatchLogsClient);
    const filter = (input: object) =>
      logs.send(new FilterLogEventsCommand({ logGroupName: group, ...input }));
    assert.equal((await filter({})).events?.length, 2);
    const { events } = await filter({ filterPattern: '"auth allowed" one' });
    assert.equal(events?.[0]?.timestamp, now - 60_000);
    assert.equal((await filter({ startTime: now - 1000 })).events?.length, 1);
    assert.equal((await filter({ filterPattern: "refused" })).events?.length, 0);
    const none = new FilterLogEventsCommand({ logGroupName: "/ecs/none" });
    await assert.rejects(logs.send(none), { name: "ResourceNotFoundException" });

    const cloudwatch = client(CloudWatchClient);
    const listed = await cloudwatch.send(new ListMetricsCommand({ Namespace: "TAK/MediaInfra" }));
    assert.deepEqual(
      listed.Metrics?.map(({ MetricName }) => MetricName),
      ["BytesIn"],
    );
    const values = async (system: string) => {
      const { MetricDataResults } = await cloudwatch.send(
        new GetMetricDataCommand({
          StartTime: new Date(now - 600_000),
          EndTime: new Date(now + 60_000),
          MetricDataQueries: [
            {
              Id: "bytes",
              MetricStat: {
                Stat: "Sum",
                Period: 60,
                Metric: {
                  Namespace: "TAK/MediaInfra",
                  MetricName: "BytesIn",
                  Dimensions: [{ Name: "System", Value: system }],
                },
              },
            },
          ],
        }),
      );
      return MetricDataResults?.[0]?.Values;
    };
    assert.deepEqual(await values("TAK-Dev-MediaInfra"), [42]);
    assert.deepEqual(await values("other"), []);
  });
});
