import assert from "node:assert/strict";
import {
  denial,
  evaluate,
  evaluateForRole,
  parsePolicy,
  type RequestContext,
} from "../../../../local/runtime/iam/policyEvaluation";
import { trusts } from "../../../../local/runtime/iam/trustPolicy";

const statements = (...list: object[]) => parsePolicy(JSON.stringify({ Statement: list }));
const invoke = "lambda:InvokeFunction";
const live = "arn:aws:lambda:r:1:function:auth:live";

describe("IAM policy", () => {
  const allow = { Effect: "Allow", Action: invoke, Resource: live };
  for (const [title, list, expected] of [
    ["nothing at all", [], "implicitDeny"],
    ["an Allow of the action and resource", [allow], "allowed"],
    ["an action in other case", [{ ...allow, Action: "LAMBDA:invokefunction" }], "allowed"],
    ["a resource in other case", [{ ...allow, Resource: live.toUpperCase() }], "implicitDeny"],
    ["an action with wildcard", [{ ...allow, Action: ["s3:*", "lambda:Invoke*"] }], "allowed"],
    ["a resource with wildcards", [{ ...allow, Resource: "arn:aws:lambda:?:*:auth:*" }], "allowed"],
    ["the function without its alias", [{ ...allow, Resource: live.slice(0, -5) }], "implicitDeny"],
    ["another action", [{ ...allow, Action: "lambda:InvokeAsync" }], "implicitDeny"],
    [
      "a Deny beside an Allow",
      [allow, { ...allow, Effect: "Deny", Action: "*", Resource: "*" }],
      "explicitDeny",
    ],
    [
      "an Allow under an unknown condition",
      [{ ...allow, Condition: { IpAddress: {} } }],
      "implicitDeny",
    ],
    [
      "a Deny under an unknown condition",
      [allow, { ...allow, Effect: "Deny", Condition: { IpAddress: {} } }],
      "explicitDeny",
    ],
    [
      "an Allow by NotAction",
      [{ Effect: "Allow", NotAction: "s3:*", Resource: "*" }],
      "implicitDeny",
    ],
    ["a policy variable", [{ ...allow, Resource: `arn:$\{aws:username}` }], "implicitDeny"],
  ] as const) {
    it(`with ${title} is judged ${expected}`, () => {
      assert.equal(evaluate(statements(...list), invoke, live), expected);
    });
  }

  it("under conditions is met by requests that say one of the values", () => {
    const key = "arn:aws:kms:r:1:key/1";
    const decrypt = (Condition: object, Effect = "Allow") =>
      statements({ Effect, Action: "kms:Decrypt", Resource: key, Condition });
    const said = { "kms:viaservice": "secretsmanager.r.amazonaws.com" };
    const via = { "kms:ViaService": ["s3.r.amazonaws.com", "secretsmanager.r.amazonaws.com"] };
    const decision = (list: ReturnType<typeof statements>, context = said) =>
      evaluate(list, "kms:Decrypt", key, context);
    const none = {} as typeof said;
    assert.equal(decision(decrypt({ StringEquals: via })), "allowed");
    assert.equal(decision(decrypt({ StringEquals: via }), none), "implicitDeny");
    assert.equal(
      decision(decrypt({ StringLike: { "kms:viaService": "secretsmanager.*" } })),
      "allowed",
    );
    assert.equal(
      decision(decrypt({ StringEquals: { "kms:ViaService": "secretsmanager.*" } })),
      "implicitDeny",
    );
    const both = { StringEquals: { ...via, "kms:EncryptionContext:SecretARN": "arn:s" } };
    assert.equal(decision(decrypt(both)), "implicitDeny");
    assert.equal(
      decision(decrypt(both), { ...said, "kms:encryptioncontext:secretarn": "arn:s" } as never),
      "allowed",
    );
    assert.equal(
      decision([...decrypt({}), ...decrypt({ StringEquals: via }, "Deny")]),
      "explicitDeny",
    );
    assert.equal(
      decision([...decrypt({}), ...decrypt({ StringEquals: via }, "Deny")], none),
      "allowed",
    );
  });

  for (const [condition, said, expected] of [
    [{ Bool: { "kms:GrantIsForAWSResource": "true" } }, "true", "allowed"],
    [{ Bool: { "kms:GrantIsForAWSResource": "true" } }, "false", "implicitDeny"],
    [{ Bool: { "kms:GrantIsForAWSResource": "true" } }, undefined, "implicitDeny"],
    [{ Null: { "kms:GrantIsForAWSResource": "true" } }, undefined, "allowed"],
    [{ Null: { "kms:GrantIsForAWSResource": "true" } }, "any", "implicitDeny"],
    [{ Null: { "kms:GrantIsForAWSResource": "false" } }, "any", "allowed"],
  ] as const) {
    it(`with ${JSON.stringify(condition)} is judged ${expected} for ${said}`, () => {
      const context: RequestContext =
        said === undefined ? {} : { "kms:grantisforawsresource": said };
      const list = statements({ ...allow, Condition: condition });
      assert.equal(evaluate(list, invoke, live, context), expected);
    });
  }

  it("of a role counts only within the role's boundary", () => {
    const everything = statements({ Effect: "Allow", Action: "*", Resource: "*" });
    const denied = statements({ ...allow, Effect: "Deny" });
    const decision = (own: object[], boundary?: ReturnType<typeof statements>) =>
      evaluateForRole({ statements: statements(...own), boundary }, invoke, live);
    assert.equal(decision([allow]), "allowed");
    assert.equal(decision([allow], everything), "allowed");
    assert.equal(decision([allow], statements()), "outsideBoundary");
    assert.equal(decision([allow], [...everything, ...denied]), "explicitDeny");
    assert.equal(decision([], everything), "implicitDeny");
    assert.equal(
      denial("arn:u", invoke, live, "outsideBoundary"),
      `User: arn:u is not authorized to perform: ${invoke} on resource: ${live} because no permissions boundary allows the ${invoke} action`,
    );
  });

  it("is refused without an effect", () => {
    assert.throws(() => statements({ Action: "*", Resource: "*" }), /Effect Allow or Deny/);
  });

  it("is denied in AWS's words", () => {
    assert.equal(
      denial("arn:u", invoke, live, "implicitDeny"),
      `User: arn:u is not authorized to perform: ${invoke} on resource: ${live} because no identity-based policy allows the ${invoke} action`,
    );
    assert.equal(
      denial("arn:u", invoke, live, "explicitDeny"),
      `User: arn:u is not authorized to perform: ${invoke} on resource: ${live} with an explicit deny in an identity-based policy`,
    );
  });

  it("trusts only the services that it names", () => {
    const document = JSON.stringify({
      Statement: [
        { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: ["a.com", "b.com"] } },
        { Effect: "Deny", Action: "sts:AssumeRole", Principal: { Service: "c.com" } },
      ],
    });
    assert.deepEqual(
      ["a.com", "b.com", "c.com"].map((service) => trusts(document, service)),
      [true, true, false],
    );
  });

  describe("that trusts a service under a condition", () => {
    const task = { account: "123456789012", arn: "arn:aws:ecs:r:123456789012:task/any/1" };
    const trust = (Condition: object) =>
      JSON.stringify({
        Statement: {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "a.com" },
          Condition,
        },
      });
    const ofAccount = (account: string) => ({ StringEquals: { "aws:SourceAccount": account } });
    const ofArn = (arn: string) => ({ ArnLike: { "AWS:sourcearn": arn } });
    for (const [title, condition, source, expected] of [
      ["on its own account", ofAccount("123456789012"), task, true],
      ["on another account", ofAccount("210987654321"), task, false],
      [
        "on one of two accounts",
        { StringEquals: { "aws:SourceAccount": ["1", task.account] } },
        task,
        true,
      ],
      ["on a pattern of its ARN", ofArn("arn:aws:ecs:r:123456789012:*"), task, true],
      ["on the pattern of another region", ofArn("arn:aws:ecs:s:123456789012:*"), task, false],
      [
        "on account and another's ARN",
        { ...ofAccount(task.account), ...ofArn("arn:x") },
        task,
        false,
      ],
      ["that is not evaluated here", { Bool: { "aws:SecureTransport": "true" } }, task, false],
      ["on an account that it does not name", ofAccount(task.account), undefined, false],
    ] as const) {
      it(`${title} ${expected ? "lets" : "does not let"} it assume the role`, () => {
        assert.equal(trusts(trust(condition), "a.com", source), expected);
      });
    }
  });
});
