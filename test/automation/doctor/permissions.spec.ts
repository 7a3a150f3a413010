import assert from "node:assert/strict";
import type { EvaluationResult } from "@aws-sdk/client-iam";
import { permissionFindings } from "../../../automation/doctor/checks/permissions";

const role = "arn:aws:iam::123456789012:role/deployer";
const needed = [{ actions: ["ec2:CreateVpc", "iam:PassRole"], resources: ["*"] }];
const result = (EvalActionName: string, EvalDecision: EvaluationResult["EvalDecision"]) => ({
  EvalActionName,
  EvalDecision,
});
const allowed = [result("ec2:CreateVpc", "allowed"), result("iam:PassRole", "allowed")];
const found = (isSession: boolean, results: EvaluationResult[]) =>
  permissionFindings(role, isSession, needed, results).map(({ level, message }) => ({
    level,
    message,
  }));

describe("what the simulation of the deployer's policies shows", () => {
  it("is all for a user", () => {
    assert.deepEqual(found(false, allowed), [
      { level: "ok", message: `${role} may do all 2 actions` },
    ]);
  });

  it("is not all for a session in a role, which may have a policy of its own", () => {
    const [finding, ...more] = found(true, allowed);
    assert.deepEqual([finding?.level, more], ["warning", []]);
    assert.match(
      finding?.message ?? "",
      /may do all 2 actions by its own policies; not checked: a policy of this session/,
    );
  });

  it("is a fault for an action that is refused on one of several resources, or was not simulated", () => {
    const onOther = result("ec2:CreateVpc", "implicitDeny");
    assert.deepEqual(found(true, [...allowed, onOther]), [
      { level: "fault", message: `${role} may not ec2:CreateVpc` },
    ]);
    assert.deepEqual(found(true, allowed.slice(1)), [
      { level: "fault", message: `${role} may not ec2:CreateVpc` },
    ]);
  });
});
