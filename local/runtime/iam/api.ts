import { type Call, type Service, ServiceException } from "../api/service";
import { list, type Properties, record, text } from "../state";
import { evaluate } from "./policyEvaluation";

/** IAM: roles, policies, and what an identity may do. */
export const iam: Service = {
  protocol: "query",
  prefix: "iam",
  operations: {
    GetRole: (input, call) => ({ Role: role(text(input.RoleName), call) }),
    GetPolicy: (input, call) => {
      const Arn = policyArn(input, call);
      return {
        Policy: { Arn, PolicyName: Arn.split("/").at(-1) ?? "", DefaultVersionId: versionId },
      };
    },
    GetPolicyVersion: (input, call) => {
      const declared = call.account.facts().policies[policyArn(input, call)] ?? unlimited;
      const Document = encodeURIComponent(JSON.stringify(declared));
      return { PolicyVersion: { Document, VersionId: versionId, IsDefaultVersion: true } };
    },
    SimulatePrincipalPolicy: (input, call) => {
      const statements = statementsOf(text(input.PolicySourceArn), call);
      const resources = list(input.ResourceArns).map(text);
      const context = Object.fromEntries(
        list(input.ContextEntries).map((entry) => {
          const { ContextKeyName, ContextKeyValues } = record(entry);
          return [text(ContextKeyName).toLowerCase(), text(list(ContextKeyValues)[0])];
        }),
      );
      return {
        IsTruncated: false,
        EvaluationResults: list(input.ActionNames).map((action) => {
          const decisions = (resources.length > 0 ? resources : ["*"]).map((resource) =>
            evaluate(statements, text(action), resource, context),
          );
          const denied = decisions.find((decision) => decision !== "allowed");
          return { EvalActionName: text(action), EvalDecision: denied ?? "allowed" };
        }),
      };
    },
  },
};

const versionId = "v1";

/** Of a policy that `account.yaml` does not declare; the local cloud takes it for no bound either. */
const unlimited = { Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

function policyArn(input: Properties, { account, region }: Call): string {
  const arn = text(input.PolicyArn);
  const isManaged = arn.split(":")[4] === "aws";
  if (isManaged || account.has(arn, region)) return arn;
  throw new ServiceException("NoSuchEntity", `Policy ${arn} was not found.`, 404);
}

function role(RoleName: string, { account }: Call) {
  const own = account
    .inventory()
    .find("aws:iam/role:Role", (properties) => properties.text("name") === RoleName);
  if (own) return { RoleName, Arn: own.arn, Path: own.properties.path };
  if (account.facts().serviceLinkedRoles.includes(RoleName)) {
    const Path = "/aws-service-role/";
    return { RoleName, Path, Arn: `arn:aws:iam::${account.id}:role${Path}${RoleName}` };
  }
  throw new ServiceException(
    "NoSuchEntity",
    `The role with name ${RoleName} cannot be found.`,
    404,
  );
}

function statementsOf(arn: string, { account, access }: Call) {
  if (arn === `arn:aws:iam::${account.id}:user/local`) return account.operatorStatements();
  const statements = access.statements(arn);
  if (statements) return statements;
  throw new ServiceException("NoSuchEntity", `The entity with ARN ${arn} cannot be found.`, 404);
}
