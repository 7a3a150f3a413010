import assert from "node:assert/strict";
import { plan } from "../../local/runtime/plan/plan";
import { contains } from "../../local/runtime/plan/securityGroups";
import { tlsVersions } from "../../local/runtime/plan/tls";
import { readDeployment } from "../../local/runtime/state";
import { account, arns, repository, Stack, selfSigned } from "./stack";

const planOf = (stack: Stack) => plan(stack.list(), { checkout: "/checkout" });
const problemsOf = (stack: Stack) => planOf(stack).problems;

const executionUser = `User: arn:aws:sts::${account}:assumed-role/execution/task`;
const logStream = `arn:aws:logs:ap-southeast-2:${account}:log-group:/ecs/media:log-stream:any`;
const cannot = "service media cannot start its task: ";
const tls = "listener tls (TLS 1936) stays closed: ";
const plain = "listener plain (TCP 1935) stays closed: ";
const srt = "listener srt (UDP 8890) stays closed: ";

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

/** The way to the task's UDP port is open by a prefix list with these networks. */
const byPrefixList = (stack: Stack, cidrs: readonly string[]): Stack =>
  stack
    .add("aws:ec2/managedPrefixList:ManagedPrefixList", "list", {
      id: "pl-1",
      entries: cidrs.map((cidr) => ({ cidr })),
    })
    .edit("udp-out", { referencedSecurityGroupId: undefined, prefixListId: "pl-1" });

describe("plan of a listener behind a prefix list", () => {
  it("connects when the list holds the task's network", () => {
    const { problems } = planOf(byPrefixList(new Stack(), ["9.0.0.0/8", "10.0.0.0/8"]));
    assert.deepEqual(problems, []);
  });
});

describe("plan of a listener that AWS would not connect", () => {
  const cases: [string, (stack: Stack) => Stack, string[]][] = [
    [
      "without an ingress rule on the load balancer",
      (stack) => stack.remove("tls-in"),
      [
        `${tls}security group nlb-group of load balancer nlb admits no client on tcp 1936; add an ingress rule`,
      ],
    ],
    [
      "whose rule names the wrong protocol",
      (stack) => stack.edit("srt-in", { ipProtocol: "tcp" }),
      [
        `${srt}security group nlb-group of load balancer nlb admits no client on udp 8890; add an ingress rule`,
      ],
    ],
    [
      "whose rule admits only another security group",
      (stack) =>
        stack.edit("tls-in", { cidrIpv4: undefined, referencedSecurityGroupId: "task-group-id" }),
      [
        `${tls}security group nlb-group of load balancer nlb admits no client on tcp 1936; add an ingress rule`,
      ],
    ],
    [
      "without egress to the task's port",
      (stack) => stack.remove("udp-out"),
      [
        `${srt}security group nlb-group of load balancer nlb lets nothing out to the task's port udp 18890; add an egress rule`,
      ],
    ],
    [
      "whose egress names a prefix list without the task's network",
      (stack) => byPrefixList(stack, ["11.0.0.0/8"]),
      [
        `${srt}security group nlb-group of load balancer nlb lets nothing out to the task's port udp 18890; add an egress rule`,
      ],
    ],
    [
      "without egress to the health port",
      (stack) => stack.remove("health-out"),
      [tls, plain, srt].map(
        (title) =>
          `${title}security group nlb-group of load balancer nlb lets nothing out to the task's health port tcp 19990; add an egress rule`,
      ),
    ],
    [
      "whose task does not admit the load balancer",
      (stack) => stack.remove("udp-to-task"),
      [
        `${srt}security group task-group of service media does not admit the load balancer on port udp 18890; add an ingress rule`,
      ],
    ],
    [
      "whose task does not admit the health check",
      (stack) => stack.remove("health-to-task"),
      [tls, plain, srt].map(
        (title) =>
          `${title}security group task-group of service media does not admit the load balancer on health port tcp 19990; add an ingress rule`,
      ),
    ],
    [
      "whose task admits the VPC only, while the clients keep their addresses",
      (stack) =>
        stack.edit("udp-to-task", {
          referencedSecurityGroupId: undefined,
          cidrIpv4: "10.0.0.0/16",
        }),
      [
        `${srt}security group task-group of service media does not admit the load balancer on port udp 18890; add an ingress rule`,
      ],
    ],
    [
      "with a certificate whose key ACM keeps",
      (stack) => stack.edit("certificate", { certificateBody: undefined, privateKey: undefined }),
      [
        `${tls}the private key of certificate ${arns.certificate} is not in the state, so no TLS can be served here; use the self-signed certificate (neither certificateArn nor domainName configured)`,
      ],
    ],
    [
      "with a key of another certificate",
      (stack) => stack.edit("certificate", { privateKey: selfSigned(true).key }),
      [`${tls}certificate ${arns.certificate} and its private key do not fit together`],
    ],
    [
      "with an unknown TLS policy",
      (stack) => stack.edit("tls", { sslPolicy: "ELBSecurityPolicy-Nonsense" }),
      [`${tls}sslPolicy ELBSecurityPolicy-Nonsense is not known`],
    ],
    [
      "without a certificate",
      (stack) => stack.edit("tls", { certificateArn: undefined }),
      [`${tls}it has no certificateArn`],
    ],
    [
      "whose group no service is registered with",
      (stack) =>
        stack.edit("service", {
          loadBalancers: [
            { targetGroupArn: arns.tcpGroup, containerName: "gateway", containerPort: 11935 },
          ],
        }),
      [`${srt}no running service is registered with target group udp-target`],
    ],
    [
      "whose container does not map the port",
      (stack) => stack.editContainer("gateway", { portMappings: [{ containerPort: 11935 }] }),
      [`${srt}container gateway of service media has no port mapping udp 18890`],
    ],
    [
      "of a protocol that cannot be served",
      (stack) => stack.edit("plain", { protocol: "HTTP" }),
      [
        "listener plain (HTTP 1935) stays closed: only TLS, TCP and UDP listeners can be served here",
      ],
    ],
    [
      "whose port another one has",
      (stack) => stack.edit("plain", { port: 1936 }),
      ["listener plain (TCP 1936) stays closed: another listener has tcp 1936 on this machine"],
    ],
    [
      "in a subnet without internet gateway",
      (stack) =>
        stack.edit("private-route", { natGatewayId: "nat-of-others" }).remove("public-route"),
      [tls, plain, srt].map(
        (title) =>
          `${title}subnet public of internet-facing load balancer nlb has no route to an internet gateway`,
      ),
    ],
  ];
  for (const [title, mutate, expected] of cases) {
    it(`is left out ${title}`, () => {
      const { problems, listeners } = planOf(mutate(new Stack()));
      assert.deepEqual(problems, expected);
      for (const name of ["tls", "plain", "srt"]) {
        const closed = expected.some((problem) => problem.startsWith(`listener ${name} `));
        assert.equal(!listeners.some((listener) => listener.name === name), closed, name);
      }
    });
  }

  it("is not left out when rules stand inline or as SecurityGroupRule", () => {
    const stack = new Stack()
      .remove("tls-in")
      .edit("nlb-group", {
        ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
      })
      .remove("udp-to-task")
      .add("aws:ec2/securityGroupRule:SecurityGroupRule", "old-style", {
        type: "ingress",
        securityGroupId: "task-group-id",
        protocol: "17",
        fromPort: "18000",
        toPort: "19000",
        sourceSecurityGroupId: "nlb-group-id",
      });
    assert.deepEqual(problemsOf(stack), []);
  });

  it("is not left out when subnets and groups belong to an existing VPC", () => {
    const stack = new Stack();
    for (const name of ["public", "private", "nlb-group", "task-group"]) stack.remove(name);
    assert.deepEqual(problemsOf(stack), []);
  });
});

describe("plan of a task that AWS would not start", () => {
  const cases: [string, (stack: Stack) => Stack, string[]][] = [
    [
      "without a default route",
      (stack) => stack.remove("private-route"),
      [
        "pull its image from docker.io",
        "pull its image from ECR (ecr.api)",
        "pull its image from ECR (ecr.dkr)",
        "pull its image from ECR (s3)",
        "write its log (logs)",
        "fetch secrets (secretsmanager)",
        "invoke Lambda (lambda)",
      ].map((what) => {
        const service = /\((.*)\)/.exec(what)?.[1];
        const endpoint = service ? `the VPC has no ${service} endpoint and ` : "";
        return `${cannot}it cannot ${what}: ${endpoint}subnet private has no default route`;
      }),
    ],
    [
      "behind a NAT gateway in a private subnet, image in ECR only, with endpoints for the rest",
      (stack) => {
        stack
          .edit("nat", { subnetId: "private-id" })
          .editContainer("mediamtx", { image: `${repository}:copy` });
        for (const service of ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "lambda"]) {
          stack.add("aws:ec2/vpcEndpoint:VpcEndpoint", service, {
            serviceName: `com.amazonaws.ap-southeast-2.${service}`,
            vpcEndpointType: "Interface",
            privateDnsEnabled: true,
            subnetIds: ["private-id"],
            securityGroupIds: ["endpoints-of-others"],
          });
        }
        return stack;
      },
      [
        `${cannot}it cannot pull its image from ECR (s3): the VPC has no s3 endpoint and the default route of subnet private leads to no internet gateway and to no NAT gateway in a public subnet`,
      ],
    ],
    [
      "in a public subnet without a public address",
      (stack) =>
        stack
          .edit("private-route", { natGatewayId: undefined, gatewayId: "igw-1" })
          .editContainer("gateway", { image: "bluenviron/mediamtx:1.20.1", environment: [] })
          .editContainer("gateway", { logConfiguration: undefined })
          .editContainer("mediamtx", { logConfiguration: undefined, secrets: [] }),
      [
        `${cannot}it cannot pull its image from docker.io: subnet private leads to an internet gateway, but the task has no public IP`,
      ],
    ],
    [
      "whose role lacks permission to pull",
      (stack) =>
        stack.allow(
          "execution",
          [["ecr:GetAuthorizationToken"], "*"],
          [["logs:*"], "*"],
          [["secretsmanager:GetSecretValue"], "*"],
        ),
      ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"].map(
        (action) =>
          `${cannot}CannotPullContainerError: ${executionUser} is not authorized to perform: ${action} on resource: arn:aws:ecr:ap-southeast-2:${account}:repository/gateway because no identity-based policy allows the ${action} action`,
      ),
    ],
    [
      "whose role may not write the log",
      (stack) =>
        stack.allow(
          "execution",
          [["ecr:*"], "*"],
          [["logs:CreateLogStream"], "*"],
          [["secretsmanager:GetSecretValue"], arns.secret],
        ),
      [
        `${cannot}ResourceInitializationError: failed to validate logger args: ${executionUser} is not authorized to perform: logs:PutLogEvents on resource: ${logStream} because no identity-based policy allows the logs:PutLogEvents action`,
      ],
    ],
    [
      "whose role may not read the secret",
      (stack) => stack.allow("execution", [["ecr:*", "logs:*"], "*"]),
      [
        `${cannot}ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: ${executionUser} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arns.secret} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
      ],
    ],
    [
      "whose role ECS may not assume",
      (stack) =>
        stack.edit("task-role", {
          assumeRolePolicy: JSON.stringify({
            Statement: {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: "ec2.amazonaws.com" },
            },
          }),
        }),
      [
        `${cannot}ECS was unable to assume the role '${arns.taskRole}'; name ecs-tasks.amazonaws.com in its trust policy`,
      ],
    ],
    [
      "without its log group",
      (stack) => stack.remove("log"),
      [
        `${cannot}ResourceInitializationError: failed to validate logger args: log group /ecs/media does not exist`,
      ],
    ],
    [
      "with an unknown image",
      (stack) => stack.editContainer("mediamtx", { image: "nginx:1" }),
      [
        `${cannot}container mediamtx: image nginx:1 cannot be run here; known are bluenviron/mediamtx:<version> and the images that this stack builds`,
      ],
    ],
    [
      "with a command of its own",
      (stack) => stack.editContainer("mediamtx", { command: ["sh"] }),
      [`${cannot}container mediamtx: only the image's own command can be run here`],
    ],
    [
      "with a secret that is no Secrets Manager ARN",
      (stack) =>
        stack.editContainer("mediamtx", { secrets: [{ name: "A", valueFrom: "arn:aws:ssm:x" }] }),
      [
        `${cannot}container mediamtx: secret A must be the ARN of the current value of a Secrets Manager secret to be injected here`,
      ],
    ],
  ];
  for (const [title, mutate, expected] of cases) {
    it(`says so ${title}`, () => {
      const { problems, tasks } = planOf(mutate(new Stack()));
      assert.deepEqual(problems, expected);
      assert.deepEqual(
        tasks[0]?.startFaults,
        expected.map((problem) => problem.slice(cannot.length)),
      );
    });
  }

  it("is absent when the task definition does not exist or none is wanted", () => {
    const missing = planOf(new Stack().edit("service", { taskDefinition: "media:9" }));
    assert.equal(missing.problems[0], "service media: task definition media:9 does not exist");
    assert.deepEqual(missing.tasks, []);
    const none = planOf(new Stack().edit("service", { desiredCount: 0 }));
    assert.equal(none.problems[0], "service media runs no task: its desiredCount is 0");
    assert.deepEqual(none.listeners, []);
  });
});

describe("plan of a function", () => {
  const cases: [string, (stack: Stack) => Stack, string][] = [
    [
      "with a runtime other than Node",
      (stack) => stack.edit("handler", { runtime: "python3.13" }),
      'function auth cannot run: runtime "python3.13" is not available here, only nodejs',
    ],
    [
      "without a role in the stack",
      (stack) => stack.edit("handler", { role: "arn:aws:iam::1:role/x" }),
      "function auth cannot run: role arn:aws:iam::1:role/x does not exist in this stack",
    ],
    [
      "whose role Lambda may not assume",
      (stack) => stack.edit("handler", { role: arns.taskRole }),
      "function auth cannot run: the trust policy of role task does not name lambda.amazonaws.com",
    ],
    [
      "whose code is not in files",
      (stack) => stack.edit("handler", { code: undefined }),
      "function auth cannot run: its code is not a folder or file archive",
    ],
    [
      "whose log group is missing",
      (stack) => stack.remove("function-log"),
      "function auth writes no log: log group /aws/lambda/auth does not exist",
    ],
    [
      "whose role may not write a log",
      (stack) => stack.allow("function", [["logs:CreateLogStream"], "*"]),
      `function auth writes no log: role function lacks logs:PutLogEvents on arn:aws:logs:ap-southeast-2:${account}:log-group:/aws/lambda/auth:log-stream:*`,
    ],
    [
      "whose alias points at an older version",
      (stack) => stack.edit("alias", { functionVersion: "2" }),
      "alias live of function auth points at version 2, but only the newest, 3, is kept here",
    ],
  ];
  for (const [title, mutate, expected] of cases) {
    it(`names the problem ${title}`, () => {
      const { problems, functions } = planOf(mutate(new Stack()));
      assert.deepEqual(problems, [expected]);
      assert.equal(functions.length, expected.includes("cannot run") ? 0 : 1);
    });
  }
});

describe("plan of roles", () => {
  it("joins inline and AWS-managed policies and names what it cannot evaluate", () => {
    const { roles, problems } = planOf(
      new Stack()
        .add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "managed", {
          role: "function",
          policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        })
        .add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "unknown", {
          role: "function",
          policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        })
        .add("aws:iam/rolePolicy:RolePolicy", "conditional", {
          role: "function",
          policy: JSON.stringify({
            Statement: { Effect: "Allow", Action: "s3:*", Resource: "*", Condition: {} },
          }),
        }),
    );
    assert.deepEqual(
      roles.get(arns.functionRole)?.statements.map((statement) => statement.actions),
      [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        ["s3:*"],
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      ],
    );
    assert.deepEqual(problems, [
      "role function: policy arn:aws:iam::aws:policy/AdministratorAccess is not known here and grants nothing",
      "role function: Condition is not evaluated here, so a statement that allows s3:* grants nothing",
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
