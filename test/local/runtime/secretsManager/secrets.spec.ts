import assert from "node:assert/strict";
import { Access } from "../../../../local/runtime/iam/access";
import { parsePolicy } from "../../../../local/runtime/iam/policyEvaluation";
import type { RolePlan } from "../../../../local/runtime/plan/types";
import { Secrets } from "../../../../local/runtime/secretsManager/secrets";
import { account } from "../stack";

const arn = `arn:aws:secretsmanager:ap-southeast-2:${account}:secret:signing-AbCdEf`;
const roleArn = `arn:aws:iam::${account}:role/auth`;
const read = "secretsmanager:GetSecretValue";

describe("a secret with a policy of its own", () => {
  const access = new Access();
  const allow = { Effect: "Allow", Action: read, Resource: arn };
  const role = { name: "auth", statements: parsePolicy(JSON.stringify({ Statement: [allow] })) };
  access.apply(new Map([[roleArn, role as RolePlan]]));

  const readUnder = (statement: object) =>
    new Secrets(new Map([[arn, { value: "the value" }]]), access, () => ({
      Statement: [{ Resource: "*", ...statement }],
    })).get({ roleArn, session: "function" }, arn).value;

  it("that denies it to everybody is not given out, in AWS's words", () => {
    assert.throws(
      () => readUnder({ Effect: "Deny", Principal: "*", Action: "secretsmanager:Get*" }),
      {
        name: "SecretError",
        code: "AccessDeniedException",
        message:
          `User: arn:aws:sts::${account}:assumed-role/auth/function is not authorized to perform: ${read} ` +
          `on resource: ${arn} with an explicit deny in a resource-based policy`,
      },
    );
  });

  it("that denies it to somebody else, or denies something else, is given out", () => {
    const other = { AWS: `arn:aws:iam::${account}:role/other` };
    assert.equal(readUnder({ Effect: "Deny", Principal: other, Action: read }), "the value");
    const remove = "secretsmanager:DeleteSecret";
    assert.equal(readUnder({ Effect: "Deny", Principal: "*", Action: remove }), "the value");
  });
});
