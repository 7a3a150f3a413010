import assert from "node:assert/strict";
import { cannot, executionUser, planOf } from "../planOf";
import { account, arns, repository, Stack } from "../stack";

const logStream = `arn:aws:logs:ap-southeast-2:${account}:log-group:/ecs/media:log-stream:any`;

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
        `${cannot}it cannot pull its image from docker.io: subnet private leads to an internet gateway, but there is no public IP`,
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

const noInternet = "function auth does not reach the internet, so its calls there time out: ";

const httpsOut = { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] };

/** Puts the function into a subnet, with a security group of its own. */
const inVpc = (stack: Stack, subnetId: string, egress: object[] = [httpsOut]): Stack =>
  stack
    .add("aws:ec2/subnet:Subnet", "lone", { vpcId: "vpc-id", cidrBlock: "10.0.9.0/24" })
    .add("aws:ec2/securityGroup:SecurityGroup", "function-group", { vpcId: "vpc-id", egress })
    .edit("handler", {
      vpcConfig: { subnetIds: ["private-id", subnetId], securityGroupIds: ["function-group-id"] },
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
    [
      "in a subnet without a default route",
      (stack) => inVpc(stack, "lone-id"),
      `${noInternet}subnet lone has no default route`,
    ],
    [
      "in a subnet that leads to an internet gateway",
      (stack) => inVpc(stack, "public-id"),
      `${noInternet}subnet public leads to an internet gateway, but there is no public IP`,
    ],
    [
      "whose security group lets nothing out",
      (stack) => inVpc(stack, "private-id", []),
      `${noInternet}security group function-group does not let tcp 443 out to 0.0.0.0/0`,
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
  it("holds a role to its boundary, where the account has its policy", () => {
    const boundary = `arn:aws:iam::${account}:policy/boundary`;
    const bounded = new Stack().edit("execution", { permissionsBoundary: boundary });
    const allowing = (Action: string) => ({
      policies: { [boundary]: { Statement: [{ Effect: "Allow", Action, Resource: "*" }] } },
    });
    assert.deepEqual(planOf(bounded).problems, []);
    assert.deepEqual(planOf(bounded, allowing("*")).problems, []);
    const [problem] = planOf(bounded, allowing("ecr:*")).problems;
    assert.match(problem ?? "", /because no permissions boundary allows the logs:CreateLogStream/);
  });

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
            Statement: {
              ...{ Effect: "Allow", Action: "s3:*", Resource: "*" },
              Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
            },
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
