import assert from "node:assert/strict";
import { publicRanges } from "../../../components/network/publicRanges";
import { runningRevision } from "../../../components/service/mediaService";
import { customerKeyArn, type Registered } from "../../mocks";
import { arn, dev, devStack, one, prod as prodWith, statements } from "../program";

const srtPassphraseSecretArn = arn("secretsmanager", "secret:srt-AbCdEf");

describe("media service", () => {
  let resources: readonly Registered[];
  let prod: readonly Registered[];
  before(async () => {
    resources = await devStack();
    prod = await prodWith({ srtPassphraseSecretArn });
  });

  const containers = (all: readonly Registered[]) =>
    JSON.parse(String(one(all, "media-task-definition").inputs.containerDefinitions));

  it("keeps one task and rolls a bad deployment back", () => {
    const { tags: _, networkConfiguration: __, ...inputs } = one(resources, "media-service").inputs;
    assert.deepEqual(inputs, {
      name: "TAK-Dev-MediaInfra-MediaMTX",
      cluster: arn("ecs", "cluster/TAK-Dev-ECSCluster"),
      taskDefinition: arn("ecs", "task-definition/TAK-Dev-MediaInfra-MediaMTX:1"),
      launchType: "FARGATE",
      desiredCount: 1,
      deploymentMinimumHealthyPercent: 0,
      deploymentMaximumPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: 120,
      availabilityZoneRebalancing: "DISABLED",
      waitForSteadyState: true,
      loadBalancers: [
        ["rtmp", 11935],
        ["rtsp", 18554],
        ["srt", 18890],
        ["hls", 18888],
        ["api", 19997],
      ].map(([key, containerPort]) => ({
        targetGroupArn: arn("elasticloadbalancing", `targetgroup/listeners-${key}/1`),
        containerName: "gateway",
        containerPort,
      })),
      propagateTags: "SERVICE",
      enableEcsManagedTags: true,
    });
  });

  it("is deployed only when it runs the revision that it is to run", () => {
    const [before, next] = [1, 2].map((revision) =>
      arn("ecs", `task-definition/media:${revision}`),
    );
    assert.equal(runningRevision(String(next), next), next);
    assert.throws(() => runningRevision(String(next), before), {
      message: new RegExp(`runs ${before} instead of ${next}: ECS has rolled`),
    });
  });

  it("starts after the listeners, the security rules and the roles' permissions", () => {
    const { dependencies } = one(resources, "media-service");
    const awaited = resources.filter(
      ({ name, type }) =>
        type.endsWith(":Listener") ||
        (name.startsWith("media-firewall-") && !name.endsWith("-group")) ||
        /^media-task-(execution-)?policy$/.test(name),
    );
    assert.equal(awaited.length, 5 + 15 + 2);
    for (const { urn } of awaited) assert.ok(dependencies.includes(urn), urn);
  });

  it("starts when the network leads to the internet, and ends before it does no more", () => {
    const { dependencies } = one(resources, "media-service");
    const types = dependencies.flatMap(
      (urn) => /ec2:Vpc\$aws:ec2\/\w+:(\w+)::/.exec(urn)?.[1] ?? [],
    );
    assert.deepEqual(types.sort(), [
      "NatGateway",
      "Route",
      "Route",
      "RouteTableAssociation",
      "RouteTableAssociation",
    ]);
  });

  it("has a role that ECS takes on for this account's tasks only", () => {
    const { Statement } = JSON.parse(
      String(one(resources, "media-task-role").inputs.assumeRolePolicy),
    );
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": arn("ecs", "*") },
        },
      },
    ]);
  });

  it("runs on ARM64 with the stack's CPU and memory", () => {
    const {
      containerDefinitions: _,
      tags: __,
      ...inputs
    } = one(resources, "media-task-definition").inputs;
    assert.deepEqual(inputs, {
      family: "TAK-Dev-MediaInfra-MediaMTX",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      executionRoleArn: "arn:aws:iam::123456789012:role/media-task-execution-role",
      taskRoleArn: "arn:aws:iam::123456789012:role/media-task-role",
      volumes: [{ name: "recordings" }],
      skipDestroy: true,
    });
  });

  const common = {
    essential: true,
    readonlyRootFilesystem: true,
    stopTimeout: 30,
    mountPoints: [{ sourceVolume: "recordings", containerPath: "/recordings" }],
    ulimits: [{ name: "nofile", softLimit: 65535, hardLimit: 65535 }],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": "/ecs/TAK-Dev-MediaInfra-MediaMTX",
        "awslogs-region": "ap-southeast-2",
        "awslogs-stream-prefix": "media",
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
  const environment = (variables: Record<string, string>) =>
    Object.entries(variables).map(([name, value]) => ({ name, value }));

  it("has the gateway as the only container with ports", () => {
    const [{ healthCheck, ...gateway }] = containers(resources);
    const port = (number: number, protocol = "tcp") => ({
      containerPort: number,
      hostPort: number,
      protocol,
    });
    assert.deepEqual(gateway, {
      name: "gateway",
      image: `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/gateway-repository@sha256:${"0".repeat(64)}`,
      ...common,
      user: "1000:1000",
      systemControls: [
        { namespace: "net.ipv4.tcp_rmem", value: "4096 131072 1048576" },
        { namespace: "net.ipv4.tcp_wmem", value: "4096 16384 1048576" },
      ],
      portMappings: [
        port(11935),
        port(18554),
        port(18890, "udp"),
        port(18888),
        port(19997),
        port(19990),
      ],
      environment: environment({
        GATEWAY_PORT_RTMP: "11935",
        GATEWAY_PORT_RTSP: "18554",
        GATEWAY_PORT_SRT: "18890",
        GATEWAY_PORT_HLS: "18888",
        GATEWAY_PORT_API: "19997",
        GATEWAY_PORT_HEALTH: "19990",
        GATEWAY_PORT_HOOK: "29995",
        MEDIAMTX_PORT_RTMP: "21935",
        MEDIAMTX_PORT_RTSP: "28554",
        MEDIAMTX_PORT_SRT: "28890",
        MEDIAMTX_PORT_HLS: "28888",
        MEDIAMTX_PORT_API: "29997",
        SYSTEM_NAME: "TAK-Dev-MediaInfra",
        AUTH_MODE: "strict",
        GATEWAY_RECHECK_INTERVAL_SECONDS: "30",
        NODE_OPTIONS: "--max-semi-space-size=2 --max-old-space-size=128",
        GATEWAY_RECORDINGS_FOLDER: "/recordings",
        GATEWAY_RECORDINGS_MAX_GIB: "16",
        AUTH_FUNCTION_ARN: arn("lambda", "function:TAK-Dev-MediaInfra-Auth:live"),
      }),
    });
    assert.equal(healthCheck.command[0], "CMD");
    assert.match(healthCheck.command.at(-1), /^fetch\("http:\/\/127\.0\.0\.1:19990\/health"\)/);
  });

  it("has MediaMTX on loopback, behind the gateway's hook", () => {
    const [, mediamtx] = containers(resources);
    assert.deepEqual(mediamtx, {
      name: "mediamtx",
      image: `123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/mediamtx-repository@sha256:${"0".repeat(64)}`,
      ...common,
      user: "65534:65534",
      dependsOn: [{ containerName: "gateway", condition: "START" }],
      environment: environment({
        MTX_LOGDESTINATIONS: "stdout",
        MTX_LOGSTRUCTURED: "yes",
        MTX_AUTHMETHOD: "http",
        MTX_AUTHHTTPADDRESS: "http://127.0.0.1:29995/auth",
        MTX_RTMPADDRESS: "127.0.0.1:21935",
        MTX_RTSPADDRESS: "127.0.0.1:28554",
        MTX_SRTADDRESS: "127.0.0.1:28890",
        MTX_HLSADDRESS: "127.0.0.1:28888",
        MTX_APIADDRESS: "127.0.0.1:29997",
        MTX_API: "yes",
        MTX_METRICS: "yes",
        MTX_METRICSADDRESS: "127.0.0.1:29998",
        MTX_APIALLOWORIGINS: "https://none.invalid",
        MTX_METRICSALLOWORIGINS: "https://none.invalid",
        MTX_RTSPTRANSPORTS: "tcp",
        MTX_RTSPAUTHMETHODS: "basic",
        MTX_RTSPTRUSTEDPROXIES: "127.0.0.1",
        MTX_PATHDEFAULTS_RTSPDEMUXMPEGTS: "yes",
        MTX_RTMPTRUSTEDPROXIES: "127.0.0.1",
        MTX_HLSTRUSTEDPROXIES: "127.0.0.1",
        MTX_HLSVARIANT: "fmp4",
        MTX_PATHDEFAULTS_RECORDPATH: "/recordings/%path/%Y-%m-%d_%H-%M-%S-%f",
        MTX_PATHDEFAULTS_RECORDDELETEAFTER: "168h",
        MTX_WEBRTC: "no",
        MTX_MOQ: "no",
        MTX_PLAYBACK: "no",
        MTX_PPROF: "no",
      }),
    });
  });

  it("has ECS fill in the SRT passphrase by its ARN", () => {
    const valueFrom = srtPassphraseSecretArn;
    assert.deepEqual(containers(prod)[1].secrets, [
      { name: "MTX_PATHDEFAULTS_SRTPUBLISHPASSPHRASE", valueFrom },
      { name: "MTX_PATHDEFAULTS_SRTREADPASSPHRASE", valueFrom },
    ]);
  });

  it("starts with permission for its image, its log, its secret and the key of that, nothing else", () => {
    assert.deepEqual(statements(prod, "media-task-execution-policy"), [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: arn("logs", "log-group:/ecs/TAK-Prod-MediaInfra-MediaMTX:*"),
      },
      { Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
      {
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:GetDownloadUrlForLayer",
          "ecr:BatchGetImage",
        ],
        Resource: ["gateway", "mediamtx"].map((name) =>
          arn("ecr", `repository/${name}-repository`),
        ),
      },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: srtPassphraseSecretArn,
      },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: customerKeyArn,
        Condition: {
          StringLike: {
            "kms:EncryptionContext:SecretARN": srtPassphraseSecretArn,
            "kms:ViaService": "secretsmanager.ap-southeast-2.*",
          },
        },
      },
    ]);
  });

  it("may ask the auth function, nothing else", () => {
    assert.deepEqual(statements(resources, "media-task-policy"), [
      {
        Effect: "Allow",
        Action: ["lambda:InvokeFunction"],
        Resource: arn("lambda", "function:TAK-Dev-MediaInfra-Auth:live"),
      },
    ]);
  });

  it("is reached by the load balancer alone, and reaches HTTPS and the internet alone", () => {
    const rules = resources
      .filter(({ parent }) => parent.endsWith("::media-firewall"))
      .filter(({ type }) => type.startsWith("aws:vpc/"))
      .map(({ type, inputs }) => [
        type.includes("Ingress") ? "in" : "out",
        inputs.securityGroupId,
        inputs.referencedSecurityGroupId ?? inputs.cidrIpv4 ?? inputs.prefixListId,
        inputs.ipProtocol,
        inputs.fromPort,
        inputs.toPort,
      ])
      .sort();
    const [task, nlb] = ["media-firewall-group-id", "load-balancer-security-group-id"];
    const ports: [string, number][] = [
      ["tcp", 11935],
      ["tcp", 18554],
      ["tcp", 18888],
      ["tcp", 19990],
      ["tcp", 19997],
      ["udp", 18890],
    ];
    assert.deepEqual(rules, [
      ...ports.map(([protocol, port]) => ["in", task, nlb, protocol, port, port]),
      ...ports.map(([protocol, port]) => ["out", nlb, task, protocol, port, port]),
      ["out", task, "0.0.0.0/0", "tcp", 443, 443],
      ["out", task, "media-firewall-internet-id", "-1", undefined, undefined],
    ]);
    const { addressFamily, maxEntries, entries } = one(resources, "media-firewall-internet").inputs;
    const cidrs = publicRanges(["10.0.0.0/16"]);
    assert.deepEqual([addressFamily, maxEntries], ["IPv4", cidrs.length]);
    assert.deepEqual(
      entries,
      cidrs.map((cidr) => ({ cidr })),
    );
  });

  it("reaches the networks of trusted sources too, and no more than a group's 60 rules", async () => {
    const trustedSourceCidrs = Array.from({ length: 8 }, (_, index) => `10.20.${index}.0/24`);
    const trusting = await dev({ trustedSourceCidrs: JSON.stringify(trustedSourceCidrs) });
    const rules = trusting.filter(
      ({ type, inputs }) =>
        type.endsWith(":SecurityGroupEgressRule") &&
        inputs.securityGroupId === "media-firewall-group-id" &&
        inputs.cidrIpv4 !== "0.0.0.0/0" &&
        inputs.prefixListId === undefined,
    );
    assert.deepEqual(
      rules.map(({ inputs: { cidrIpv4, ipProtocol, fromPort } }) => [
        cidrIpv4,
        ipProtocol,
        fromPort,
      ]),
      trustedSourceCidrs.map((cidr) => [cidr, "-1", undefined]),
    );
    const { maxEntries } = one(trusting, "media-firewall-internet").inputs;
    assert.ok(Number(maxEntries) + rules.length + 1 <= 60);
    const [{ environment }] = containers(trusting);
    assert.deepEqual(
      environment.find(({ name }: { name: string }) => name === "GATEWAY_TRUSTED_SOURCE_CIDRS"),
      { name: "GATEWAY_TRUSTED_SOURCE_CIDRS", value: trustedSourceCidrs.join(",") },
    );
  });
});
