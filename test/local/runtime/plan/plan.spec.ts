import assert from "node:assert/strict";
import { contains } from "../../../../local/runtime/ec2/securityGroups";
import { tlsVersions } from "../../../../local/runtime/elbv2/planTls";
import { readDeployment } from "../../../../local/runtime/state";
import { planOf } from "../planOf";
import { account, arns, Stack, selfSigned } from "../stack";

describe("plan of a stack in which everything connects", () => {
  const good = planOf(new Stack());

  it("has no problem", () => {
    assert.deepEqual(good.problems, []);
  });

  it("opens each listener with its group and idle time", () => {
    const { certificate, key } = selfSigned();
    assert.deepEqual(good.listeners, [
      {
        name: "tls",
        protocol: "TLS",
        port: 1936,
        group: arns.tcpGroup,
        tls: { certificate, key, minVersion: "TLSv1.2", maxVersion: "TLSv1.3" },
        idleTimeoutMs: 350_000,
      },
      {
        name: "plain",
        protocol: "TCP",
        port: 1935,
        group: arns.tcpGroup,
        idleTimeoutMs: 60_000,
      },
      {
        name: "srt",
        protocol: "UDP",
        port: 8890,
        group: arns.udpGroup,
        idleTimeoutMs: 120_000,
      },
    ]);
  });

  it("leads each group to its container port and health check", () => {
    const healthCheck = {
      protocol: "HTTP",
      port: 19990,
      path: "/health",
      matcher: "200",
      intervalMs: 10_000,
      timeoutMs: 5000,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
    };
    assert.deepEqual(good.groups, [
      {
        arn: arns.tcpGroup,
        name: "tcp-target",
        protocol: "TCP",
        port: 11935,
        preserveClientIp: true,
        healthCheck,
      },
      {
        arn: arns.udpGroup,
        name: "udp-target",
        protocol: "UDP",
        port: 18890,
        preserveClientIp: true,
        healthCheck,
      },
    ]);
  });

  it("runs the service's task with the containers of its definition", () => {
    const log = { group: "/ecs/media", streamPrefix: "media" };
    assert.deepEqual(good.tasks, [
      {
        service: "media",
        serviceArn: arns.service,
        clusterArn: arns.cluster,
        taskDefinitionArn: `arn:aws:ecs:ap-southeast-2:${account}:task-definition/media:1`,
        region: "ap-southeast-2",
        taskRole: arns.taskRole,
        executionRole: arns.executionRole,
        memoryMib: 512,
        containers: [
          {
            name: "gateway",
            image: { kind: "gateway" },
            environment: { AUTH_FUNCTION_ARN: arns.alias },
            secrets: [],
            essential: true,
            dependsOn: [],
            mounts: [],
            ports: [
              { port: 11935, protocol: "tcp" },
              { port: 18890, protocol: "udp" },
              { port: 19990, protocol: "tcp" },
            ],
            log,
            stopTimeoutMs: 2000,
            startTimeoutMs: 120_000,
          },
          {
            name: "mediamtx",
            image: { kind: "mediamtx", version: "1.20.1" },
            environment: { MTX_API: "yes" },
            secrets: [{ name: "MTX_PASSPHRASE", arn: arns.secret, key: "" }],
            essential: true,
            dependsOn: [{ container: "gateway", condition: "START" }],
            mounts: [{ volume: "data", containerPath: "/data" }],
            ports: [],
            log,
            stopTimeoutMs: 2000,
            startTimeoutMs: 120_000,
          },
        ],
        targets: [
          { group: arns.tcpGroup, container: "gateway" },
          { group: arns.udpGroup, container: "gateway" },
        ],
        healthCheckGracePeriodMs: 120_000,
        network: { subnets: ["private-id"], securityGroups: ["task-group-id"], publicIp: false },
        rollback: false,
        startFaults: [],
      },
    ]);
  });

  it("runs the function with its bundle, alias and limits", () => {
    assert.deepEqual(good.functions, [
      {
        name: "auth",
        arn: arns.function,
        region: "ap-southeast-2",
        version: "3",
        aliases: ["live"],
        runtime: "nodejs24.x",
        code: "/checkout/bundle",
        codeHash: ",code-1,",
        handler: "index.handler",
        environment: { CLOUDTAK_URL: "https://cloudtak.example" },
        timeoutMs: 9000,
        memoryMb: 256,
        role: arns.functionRole,
        logGroup: "/aws/lambda/auth",
      },
    ]);
  });
});

describe("TLS versions of an ELB policy", () => {
  const both = { minVersion: "TLSv1.2", maxVersion: "TLSv1.3" };
  const only12 = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" };
  for (const [policy, versions] of [
    ["ELBSecurityPolicy-TLS13-1-2-2021-06", both],
    ["ELBSecurityPolicy-TLS13-1-0-2021-06", both],
    ["ELBSecurityPolicy-TLS13-1-3-2021-06", { minVersion: "TLSv1.3", maxVersion: "TLSv1.3" }],
    ["ELBSecurityPolicy-TLS-1-2-Ext-2018-06", only12],
    ["ELBSecurityPolicy-FS-1-2-Res-2020-10", only12],
    ["ELBSecurityPolicy-2016-08", only12],
    ["", only12],
    ["TLS13", undefined],
  ] as const) {
    it(`are ${versions ? Object.values(versions).join(" to ") : "not known"} for "${policy}"`, () => {
      assert.deepEqual(tlsVersions(policy), versions);
    });
  }
});

describe("an address range", () => {
  for (const [outer, inner, expected] of [
    ["0.0.0.0/0", "10.0.0.0/8", true],
    ["10.0.0.0/16", "10.0.1.0/24", true],
    ["10.0.1.0/24", "10.0.0.0/16", false],
    ["10.0.0.0/16", "10.1.0.0/24", false],
    ["::/0", "10.0.0.0/8", false],
    ["2001:db8::/32", "2001:db8:1::/48", true],
  ] as const) {
    it(`${outer} ${expected ? "contains" : "does not contain"} ${inner}`, () => {
      assert.equal(contains(outer, inner), expected);
    });
  }
});

describe("an exported deployment", () => {
  const signature = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  };
  const exported = (resource: object) => ({
    version: 3,
    deployment: { resources: [{ urn: "urn:a::b", type: "t", ...resource }] },
  });

  it("is read with its secrets in clear, wherever they stand", () => {
    const secret = { ...signature, plaintext: '{"b":["c"]}' };
    assert.deepEqual(readDeployment(exported({ id: "i", outputs: { a: [{ x: secret }] } })), [
      { urn: "urn:a::b", type: "t", id: "i", inputs: {}, outputs: { a: [{ x: { b: ["c"] } }] } },
    ]);
  });

  it("is refused with secrets that are still encrypted", () => {
    assert.throws(
      () => readDeployment(exported({ inputs: { a: { ...signature, ciphertext: "v1:x" } } })),
      new Error("urn:a::b holds an encrypted secret; export with --show-secrets"),
    );
  });

  it("does not list what is only waiting for its deletion", () => {
    assert.deepEqual(readDeployment(exported({ delete: true })), []);
  });

  it("is refused when it is none", () => {
    assert.throws(() => readDeployment([]), /no deployment found/);
  });
});
