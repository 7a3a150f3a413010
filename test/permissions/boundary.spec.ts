/** What bounds the roles that the deployer makes, and why the deployer cannot get around it. */
import assert from "node:assert/strict";
import { boundaryArnOf, boundaryOf, unboundedNotice } from "../../automation/permissions/boundary";
import { permissionsOf } from "../../automation/permissions/permissions";
import { policyDocuments } from "../../automation/permissions/policyDocument";
import { parseConfig } from "../../config";
import { evaluate, parsePolicy, type Statement } from "../../local/runtime/iam/policyEvaluation";
import { dev, devConfig, prod, prodConfig } from "../components/program";
import * as samples from "../config/samples";
import type { Registered } from "../mocks";

const region = "ap-southeast-2";
const place = { account: "123456789012", region, partition: "aws" };
const repository = "123456789012.dkr.ecr.ap-southeast-2.amazonaws.com";
const settingsOf = (stack: string, config: Readonly<Record<string, string>>) => {
  const own = Object.entries(config)
    .filter(([key]) => !key.startsWith("aws:"))
    .map(([key, value]) => [key.replace(/^tak-media-infra:/, ""), value]);
  return parseConfig(Object.fromEntries(own), stack, new Set(), { region });
};

const graphs: Record<string, () => Promise<[Registered[], ReturnType<typeof settingsOf>]>> = {
  "a development stack": async () => [await dev(), settingsOf("dev", devConfig)],
  "a production stack": async () => [await prod(), settingsOf("prod", prodConfig)],
  "a stack with everything on": async () => {
    const values = {
      alarmEmail: "ops@example.org",
      authFunctionInVpc: "true",
      authTracing: "true",
      natGateways: "OnePerAz",
      kmsKeyArn: samples.kmsKeyArn,
      permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
    };
    return [await prod(values), settingsOf("prod", { ...prodConfig, ...values })];
  },
  "a stack in a given VPC with given images and secrets": async () => {
    const values = {
      ...samples.existingVpc,
      srtPassphraseSecretArn: samples.secretArn.replace("signing", "srt"),
      gatewayImage: `${repository}/gateway:1.0.0`,
      mediamtxImage: `${repository}/mediamtx@sha256:${"0".repeat(64)}`,
    };
    return [await dev(values), settingsOf("dev", { ...devConfig, ...values })];
  },
};

/** What a statement that allows a call says about it, so that the boundary can be asked the same. */
const contextOf = ({ conditions }: Statement) =>
  Object.fromEntries(conditions.map(({ key, values }) => [key, values[0] ?? ""]));

/** Pulumi appends to names of its own making, which its mocks do not. */
const asMade = (resource: string): string =>
  resource.replace(/\b(\w+-repository|network-flow-log-group)\b/, "$1-1234567");

describe("the boundary of the roles", () => {
  for (const [title, graph] of Object.entries(graphs)) {
    it(`allows all that the roles of ${title} may do`, async () => {
      const [resources, settings] = await graph();
      const boundary = parsePolicy(boundaryOf(settings, place));
      const policies = resources.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
      assert.ok(policies.length >= 3);
      for (const { name, inputs } of policies) {
        for (const statement of parsePolicy(String(inputs.policy))) {
          for (const action of statement.actions) {
            for (const resource of statement.resources) {
              const decision = evaluate(boundary, action, asMade(resource), contextOf(statement));
              assert.equal(decision, "allowed", `${name}: ${action} on ${resource}`);
            }
          }
        }
      }
    });
  }

  it("allows nothing else, such as changes of IAM or secrets of other accounts", async () => {
    const boundary = parsePolicy(boundaryOf(settingsOf("prod", prodConfig), place));
    for (const [action, resource] of [
      ["iam:CreateRole", "*"],
      ["sts:AssumeRole", "*"],
      ["lambda:InvokeFunction", "arn:aws:lambda:ap-southeast-2:123456789012:function:other:live"],
      ["secretsmanager:PutSecretValue", samples.secretArn],
      ["secretsmanager:GetSecretValue", samples.secretArn.replace("signing", "other")],
      ["kms:Decrypt", samples.kmsKeyArn],
    ] as const) {
      assert.equal(
        evaluate(boundary, action, resource),
        "implicitDeny",
        `${action} on ${resource}`,
      );
    }
  });
});

describe("a deployer whose stack has a boundary", () => {
  const settings = settingsOf("prod", prodConfig);
  const boundary = boundaryArnOf(settings, place);
  const statements = policyDocuments(
    permissionsOf({ ...settings, permissionsBoundaryArn: boundary }, place),
  ).flatMap(parsePolicy);
  const role = "arn:aws:iam::123456789012:role/TAK-Prod-MediaInfra/auth-role-1234567";
  const roleChanges = [
    "CreateRole",
    "PutRolePolicy",
    "DeleteRolePolicy",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
    "DeleteRole",
    "PutRolePermissionsBoundary",
  ];

  for (const name of roleChanges) {
    it(`may call ${name} for roles within this boundary only`, () => {
      const decision = (context: Record<string, string>) =>
        evaluate(statements, `iam:${name}`, role, context);
      assert.equal(decision({ "iam:permissionsboundary": boundary }), "allowed");
      assert.equal(decision({}), "implicitDeny");
      const other = "arn:aws:iam::aws:policy/AdministratorAccess";
      assert.equal(decision({ "iam:permissionsboundary": other }), "implicitDeny");
    });
  }

  it("may neither change, tag nor hand over roles of another stack or of nobody's", () => {
    const stack = "arn:aws:iam::123456789012:role/TAK-Prod-MediaInfra";
    const roles = ["auth-role-1", "media-task-role-1", "media-task-execution-role-1"];
    const own = roles.map((name) => `${stack}/${name}`);
    const foreign = ["TAK-Prod2-MediaInfra", "TAK-Dev-MediaInfra", "service-role"]
      .flatMap((path) => roles.map((name) => `arn:aws:iam::123456789012:role/${path}/${name}`))
      .concat(roles.map((name) => `arn:aws:iam::123456789012:role/${name}`));
    const decisions = (action: string, on: readonly string[]) =>
      on.flatMap((role) =>
        ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"].map((service) =>
          evaluate(statements, action, role, {
            "iam:permissionsboundary": boundary,
            "iam:passedtoservice": service,
          }),
        ),
      );
    for (const name of [...roleChanges, "TagRole", "UntagRole", "PassRole"]) {
      assert.ok(decisions(`iam:${name}`, own).includes("allowed"), name);
      assert.deepEqual(new Set(decisions(`iam:${name}`, foreign)), new Set(["implicitDeny"]), name);
    }
  });

  it("can neither take the boundary off, nor change or delete its policy, nor attach others", () => {
    const context = { "iam:permissionsboundary": boundary };
    for (const [action, resource] of [
      ["DeleteRolePermissionsBoundary", role],
      ["AttachRolePolicy", role],
      ["CreatePolicyVersion", boundary],
      ["SetDefaultPolicyVersion", boundary],
      ["DeletePolicyVersion", boundary],
      ["DeletePolicy", boundary],
      ["CreatePolicy", boundary],
    ] as const) {
      assert.equal(
        evaluate(statements, `iam:${action}`, resource, context),
        "implicitDeny",
        action,
      );
    }
  });

  it("is named by the command that sets it", () => {
    const notice = unboundedNotice("prod", settings, place);
    assert.match(notice, /can become administrator of the account/);
    assert.ok(
      notice.includes(
        "pulumi config set --stack prod permissionsBoundaryArn arn:aws:iam::123456789012:policy/TAK-Prod-MediaInfra-Boundary\n",
      ),
    );
  });
});
