import { type CaseTable, inStack, on, resource, unknown } from "./case";

const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";

const document = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const text = (...statements: object[]) => ({ policy: JSON.stringify(document(...statements)) });
const asObject = (...statements: object[]) => ({ policy: document(...statements) });
const inline = (...statements: object[]) => ({
  inlinePolicies: [{ name: "a", policy: JSON.stringify(document(...statements)) }],
});
const logs = "arn:aws:logs:us-east-1:123456789012:log-group:a:*";
const key = "arn:aws:kms:us-east-1:123456789012:key/1";
const lambda = "arn:aws:lambda:us-east-1:123456789012:function:auth:live";
const harmless = allow(["logs:PutLogEvents"], logs);
const unreadable = [{ policy: "{" }, { policy: "{}" }];
const notYet = [{ policy: unknown.string }, asObject(allow(unknown.string, "*"))];

const trust = (Principal: unknown, Effect = "Allow") => ({
  assumeRolePolicy: JSON.stringify(document({ Effect, Action: "sts:AssumeRole", Principal })),
});

const taskRole = resource("role", role, {
  name: "task",
  arn: "arn:aws:iam::123456789012:role/task",
});
const task = resource("task", "aws:ecs/taskDefinition:TaskDefinition", {
  taskRoleArn: "arn:aws:iam::123456789012:role/task",
});
const newTask = resource(
  "task",
  "aws:ecs/taskDefinition:TaskDefinition",
  { taskRoleArn: unknown.string },
  { taskRoleArn: ["role"] },
);
const policyOf = (owner: string, props: object) =>
  resource("policy", rolePolicy, { role: owner, ...props });

const functionArn = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
/** A function of the stack. */
const own = (name: string) =>
  resource(`function-${name}`, "aws:lambda/function:Function", {
    arn: name === unknown.string ? name : functionArn(name),
  });
const mayInvoke = (...arns: string[]) =>
  policyOf("task", text(allow("lambda:InvokeFunction", arns)));

export const iam: CaseTable = {
  "iam-administrator": on(
    rolePolicy,
    {},
    {
      good: [
        text(harmless),
        text(allow("*", logs)),
        [attachment, { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
      ],
      bad: [text(allow("*", "*")), asObject(allow("*", "*")), [role, inline(allow("*", "*"))]],
      nearGood: [
        text(allow("*", "*", { Effect: "Deny" })),
        text(allow("s3:*", "*")),
        text(allow("*", "arn:aws:s3:::a*")),
        text({ Effect: "Allow", Action: "s3:*", NotResource: logs }),
        text({ Effect: "Allow", NotAction: "s3:*", Resource: logs }),
        [role, {}],
      ],
      nearBad: [
        text(harmless, allow(["s3:Get", "*"], [logs, "*"])),
        text(allow("*:*", "*")),
        text({ Effect: "Allow", NotAction: "iam:*", Resource: "*" }),
        text(allow("**", "?*")),
        text(allow("*", "arn:aws:*:*:*:*")),
        text({ Effect: "Allow", Action: "*", NotResource: logs }),
        text({ Effect: "Allow", NotAction: "iam:*", NotResource: logs }),
        [
          "aws:iam/policyAttachment:PolicyAttachment",
          { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        ],
        [
          "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
          { policyArns: ["arn", "arn:aws:iam::aws:policy/PowerUserAccess"] },
        ],
        [attachment, { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }],
        [role, { managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }],
        ["aws:iam/userPolicy:UserPolicy", text(allow("*", "*"))],
        ...unreadable,
      ],
      unknown: [...notYet, [attachment, { policyArn: unknown.string }]],
    },
  ),
  "iam-wildcards": on(
    rolePolicy,
    {},
    {
      good: [text(harmless), text(allow("ecr:GetAuthorizationToken", "*"))],
      bad: [text(allow("s3:*", logs)), text(allow("s3:GetObject", "*")), text(allow("*", logs))],
      nearGood: [text(allow("s3:Get*", logs)), text(allow("s3:*", "*", { Effect: "Deny" }))],
      nearBad: [
        text(allow(["ecr:GetAuthorizationToken", "ecr:BatchGetImage"], "*")),
        ...unreadable,
      ],
      unknown: notYet,
    },
  ),
  "iam-kms-decrypt": on(
    rolePolicy,
    {},
    {
      good: [text(allow("kms:Decrypt", key)), text(harmless)],
      bad: [text(allow("kms:Decrypt", "*")), text(allow("kms:*", "*"))],
      nearGood: [text(allow("kms:Describe*", "*")), text(allow("kms:Encrypt", "*"))],
      nearBad: [
        text(allow("*", "*")),
        text(allow("KMS:decrypt", "*")),
        text(allow("kms:D*", "*")),
        text(allow("kms:?ecrypt", "*")),
        text(allow("kms:ReEncrypt*", "*")),
        text(allow("kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/*")),
        text(allow("kms:Decrypt", [key, "arn:aws:kms:*:123456789012:*"])),
        ...unreadable,
      ],
      unknown: notYet,
    },
  ),
  "iam-trust": on(
    role,
    {},
    {
      good: [
        trust({ Service: "ecs-tasks.amazonaws.com" }),
        trust({ AWS: "arn:aws:iam::123456789012:role/deployer" }),
      ],
      bad: [trust("*"), trust({ AWS: "*" }), {}],
      nearGood: [trust("*", "Deny"), trust({ AWS: "arn:aws:iam::123456789012:role/root" })],
      nearBad: [
        trust({ AWS: "123456789012" }),
        trust({ AWS: "arn:aws:iam::123456789012:root" }),
        trust({ Service: "*.amazonaws.com" }),
        trust({ Service: ["lambda.amazonaws.com", "*"] }),
        trust(undefined),
        { assumeRolePolicy: "{" },
      ],
      unknown: [
        { assumeRolePolicy: unknown.string },
        { assumeRolePolicy: document({ Effect: "Allow", Principal: unknown.string }) },
      ],
    },
  ),
  "task-role-invokes-only": inStack({
    good: [
      [taskRole, task, policyOf("task", text(allow("lambda:InvokeFunction", lambda)))],
      [taskRole, policyOf("task", text(allow("s3:*", "*")))],
    ],
    bad: [
      [taskRole, task, policyOf("task", text(allow("s3:GetObject", "arn:aws:s3:::a/b")))],
      [taskRole, newTask, policyOf("task", text(allow("lambda:InvokeFunction", "*")))],
    ],
    nearGood: [
      [taskRole, newTask, policyOf("other", text(allow("s3:*", "*")))],
      [taskRole, task, own("other"), own("auth"), mayInvoke(lambda)],
      [taskRole, task, own("auth"), mayInvoke(functionArn("auth"))],
    ],
    nearBad: [
      [taskRole, task, own("other"), mayInvoke(lambda)],
      [taskRole, task, own("au"), mayInvoke(lambda)],
      [taskRole, task, own("auth"), mayInvoke(lambda, functionArn("other"))],
      [taskRole, task, policyOf("task", text(allow("lambda:*", lambda)))],
      [taskRole, task, policyOf("task", text(allow("lambda:InvokeFunction", `${lambda}*`)))],
      [taskRole, task, policyOf("task", text(allow("lambda:InvokeFunction", [lambda, "*"])))],
      [
        taskRole,
        task,
        policyOf("task", text(allow(["lambda:InvokeFunction", "s3:GetObject"], lambda))),
      ],
      [
        taskRole,
        task,
        policyOf("task", text({ Effect: "Allow", NotAction: "s3:*", Resource: lambda })),
      ],
      [
        taskRole,
        task,
        policyOf("task", text({ Effect: "Allow", Action: "lambda:InvokeFunction" })),
      ],
      [taskRole, task, resource("more", attachment, { role: "task", policyArn: "arn" })],
      [
        taskRole,
        task,
        resource("more", "aws:iam/policyAttachment:PolicyAttachment", { roles: ["other", "task"] }),
      ],
      [
        taskRole,
        task,
        resource("more", "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", {
          roleName: "task",
          policyArns: ["arn"],
        }),
      ],
      [{ ...taskRole, props: { ...taskRole.props, managedPolicyArns: ["arn"] } }, task],
      [{ ...taskRole, props: { ...taskRole.props, ...inline(allow("s3:*", lambda)) } }, task],
      [taskRole, task, policyOf("task", { policy: "{" })],
    ],
    unknown: [
      [taskRole, task, own(unknown.string), mayInvoke(lambda)],
      [taskRole, newTask, policyOf("task", { policy: unknown.string })],
      [
        taskRole,
        newTask,
        policyOf("task", asObject(allow("lambda:InvokeFunction", unknown.string))),
      ],
    ],
  }),
};
