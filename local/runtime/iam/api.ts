import { type Call, type Service, ServiceException } from "../api/service";
import { list, record, text } from "../state";
import { evaluate } from "./policyEvaluation";

/** IAM: roles, policies, and what an identity may do. */
export const iam: Service = {
  protocol: "query",
  prefix: "iam",
  operations: {
    GetRole: (input, call) => ({ Role: role(text(input.RoleName), call) }),
    GetPolicy: (input, { account, region }) => {
      const Arn = text(input.PolicyArn);
      const isManaged = Arn.split(":")[4] === "aws";
      if (!isManaged && !account.has(Arn, region)) {
        throw new ServiceException("NoSuchEntity", `Policy ${Arn} was not found.`, 404);
      }
      return { Policy: { Arn, PolicyName: Arn.split("/").at(-1) ?? "" } };
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

function role(RoleName: string, { account }: Call) {
  const own = account
    .inventory()
    .find("aws:iam/role:Role", (properties) => properties.text("name") === RoleName);
  if (own) return { RoleName, Arn: own.arn, Path: "/" };
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
