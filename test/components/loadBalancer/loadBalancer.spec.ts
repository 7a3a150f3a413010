import assert from "node:assert/strict";
import type { Registered } from "../../mocks";
import { arn, dev, devStack, ofType, one, prodStack, statements } from "../program";

describe("load balancer", () => {
  let resources: readonly Registered[];
  let prod: readonly Registered[];
  before(async () => {
    resources = await devStack();
    prod = await prodStack();
  });

  it("is made with its security group, across zones, in the public subnets", () => {
    const { tags: _, ...inputs } = one(resources, "load-balancer-nlb").inputs;
    assert.deepEqual(inputs, {
      loadBalancerType: "network",
      internal: false,
      subnets: ["subnet-public-1", "subnet-public-2"],
      securityGroups: ["load-balancer-security-group-id"],
      enableCrossZoneLoadBalancing: true,
      enableDeletionProtection: false,
      accessLogs: { enabled: true, bucket: "load-balancer-access-logs-bucket" },
    });
  });

  it("logs into a private, encrypted bucket that expires objects and refuses plaintext", () => {
    const part = (name: string) => one(resources, `load-balancer-access-logs-${name}`);
    const bucket = "load-balancer-access-logs-bucket";
    assert.deepEqual(part("public-access-block").inputs, {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(part("encryption").inputs.rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    const [rule] = part("lifecycle").inputs.rules as { expiration: unknown }[];
    assert.deepEqual(rule?.expiration, { days: 7 });
    const [write, look, deny] = statements(resources, "load-balancer-access-logs-policy");
    assert.deepEqual(
      [write.Action, write.Principal.Service, write.Resource],
      [
        "s3:PutObject",
        "delivery.logs.amazonaws.com",
        `arn:aws:s3:::${bucket}/AWSLogs/123456789012/*`,
      ],
    );
    assert.equal(look.Condition.StringEquals["aws:SourceAccount"], "123456789012");
    assert.deepEqual(
      [deny.Effect, deny.Action, deny.Principal, deny.Condition],
      ["Deny", "s3:*", "*", { Bool: { "aws:SecureTransport": "false" } }],
    );
    assert(one(resources, "load-balancer-nlb").dependencies.includes(part("policy").urn));
  });

  it("keeps the logs of a protected stack", () => {
    const [dev, kept] = [resources, prod].map((all) =>
      one(all, "load-balancer-access-logs-bucket"),
    );
    assert.deepEqual([dev?.protect, dev?.inputs.forceDestroy], [false, true]);
    assert.deepEqual([kept?.protect, kept?.inputs.forceDestroy], [true, false]);
  });

  it("gets an alias record for the domain name, which is then the host", () => {
    assert.deepEqual(one(prod, "load-balancer-alias").inputs, {
      zoneId: "Z0ZONE",
      name: "media.example.org",
      type: "A",
      aliases: [
        {
          name: "load-balancer-nlb.elb.ap-southeast-2.amazonaws.com",
          zoneId: "Z0LOADBALANCER",
          evaluateTargetHealth: false,
        },
      ],
    });
    assert.equal(one(prod, "tak-media-infra-prod").outputs?.host, "media.example.org");
  });

  it("is protected, and the certificate and all logs with it, when the stack says so", () => {
    const names = prod.filter(({ protect }) => protect).map(({ name }) => name);
    assert.deepEqual(names.sort(), [
      "auth-log-group",
      "certificate-acm",
      "load-balancer-access-logs-bucket",
      "load-balancer-nlb",
      "media-log-group",
      "network-flow-log-group",
    ]);
    assert.equal(one(prod, "load-balancer-nlb").inputs.enableDeletionProtection, true);
    assert.deepEqual(
      resources.filter(({ protect }) => protect),
      [],
    );
  });
});

describe("listeners", () => {
  let resources: readonly Registered[];
  before(async () => {
    resources = await devStack();
  });

  const listenersOf = (all: readonly Registered[]) =>
    ofType(all, "Listener")
      .map(({ name, inputs }) => [name, inputs.protocol, inputs.port, inputs.defaultActions])
      .sort();
  const forward = (key: string) => [
    { type: "forward", targetGroupArn: arn("elasticloadbalancing", `targetgroup/${key}/1`) },
  ];

  it("are TLS and SRT only", () => {
    assert.deepEqual(listenersOf(resources), [
      ["listeners-api", "TLS", 9997, forward("listeners-api")],
      ["listeners-hls", "TLS", 8888, forward("listeners-hls")],
      ["listeners-rtmp", "TLS", 1936, forward("listeners-rtmp")],
      ["listeners-rtsp", "TLS", 8555, forward("listeners-rtsp")],
      ["listeners-srt", "UDP", 8890, forward("listeners-srt")],
    ]);
  });

  it("name the TLS policy and the certificate", () => {
    for (const { name, inputs } of ofType(resources, "Listener")) {
      const isTls = inputs.protocol === "TLS";
      assert.equal(
        inputs.sslPolicy,
        isTls ? "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" : undefined,
        name,
      );
      assert.equal(
        inputs.certificateArn,
        isTls ? arn("acm", "certificate/certificate-acm") : undefined,
        name,
      );
    }
  });

  it("share five target groups that the gateway's health port answers for", () => {
    const groups = ofType(resources, "TargetGroup").map(({ name, inputs }) => {
      const { tags: _, ...rest } = inputs;
      return [name, rest] as const;
    });
    const group = (port: number, protocol: string, extra: object) => ({
      vpcId: "network-vpc-id",
      targetType: "ip",
      port,
      protocol,
      deregistrationDelay: 5,
      connectionTermination: true,
      healthCheck: {
        protocol: "HTTP",
        port: "19990",
        path: "/health",
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
      },
      ...extra,
    });
    const preserve = { preserveClientIp: "true" };
    assert.deepEqual(Object.fromEntries(groups), {
      "listeners-rtmp": group(11935, "TCP", preserve),
      "listeners-rtsp": group(18554, "TCP", preserve),
      "listeners-srt": group(18890, "UDP", {}),
      "listeners-hls": group(18888, "TCP", preserve),
      "listeners-api": group(19997, "TCP", preserve),
    });
  });

  it("admit each allowed network to each port, the API's networks to the API", async () => {
    const narrow = await dev({
      allowedCidrs: '["10.0.0.0/8","192.168.0.0/16"]',
      apiAllowedCidrs: '["172.16.0.0/12"]',
    });
    const rules = narrow
      .filter(({ name }) => name.includes("-from-"))
      .map(({ name, inputs }) => [
        name,
        inputs.securityGroupId,
        inputs.ipProtocol,
        inputs.fromPort,
        inputs.toPort,
        inputs.cidrIpv4,
      ])
      .sort();
    const group = "load-balancer-security-group-id";
    const rule = (key: string, cidr: string, protocol: string, port: number) => [
      `listeners-${key}-from-${cidr.replace("/", "-")}`,
      group,
      protocol,
      port,
      port,
      cidr,
    ];
    assert.deepEqual(rules, [
      rule("api", "172.16.0.0/12", "tcp", 9997),
      rule("hls", "10.0.0.0/8", "tcp", 8888),
      rule("hls", "192.168.0.0/16", "tcp", 8888),
      rule("rtmp", "10.0.0.0/8", "tcp", 1936),
      rule("rtmp", "192.168.0.0/16", "tcp", 1936),
      rule("rtsp", "10.0.0.0/8", "tcp", 8555),
      rule("rtsp", "192.168.0.0/16", "tcp", 8555),
      rule("srt", "10.0.0.0/8", "udp", 8890),
      rule("srt", "192.168.0.0/16", "udp", 8890),
    ]);
  });
});
