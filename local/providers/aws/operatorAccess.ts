import { requestsOf } from "../../../automation/permissions/requests";
import type { Operation } from "../../../automation/permissions/row";
import { LocalAccount } from "../../account/localAccount";
import { denial, evaluate } from "../../runtime/iam/policyEvaluation";
import type { Account } from "../engine/account";
import { AwsError } from "../engine/awsError";
import { type Properties, plain } from "../engine/wire";

/** Error codes of the services that do not answer AccessDeniedException. */
const codes: Readonly<Record<string, string>> = {
  ec2: "UnauthorizedOperation",
  sns: "AuthorizationError",
  iam: "AccessDenied",
  s3: "AccessDenied",
  elasticloadbalancing: "AccessDenied",
  cloudformation: "AccessDenied",
  cloudwatch: "AccessDenied",
};

/**
 * Checks an operation against the operator's policy, where `account.yaml` declares one; errors have AWS's wording.
 *
 * @throws AwsError for the first call that the policy does not allow, or for a token whose calls are unknown.
 */
export function authorize(
  token: string,
  operation: Operation,
  properties: Properties,
  { id, region }: Account,
  root: string,
): void {
  const account = new LocalAccount(root);
  if (account.facts().operatorPolicy === undefined) return;
  const location = { account: id, region, partition: "aws" };
  const known = { ...(plain(properties) as object), ...roleOf(properties, account) };
  const requests = requestsOf(token, operation, known, location, (name) => tagsOf(account, name));
  if (requests === undefined) {
    throw new AwsError("AccessDenied", `it is not known what ${token} calls`);
  }
  const statements = account.operatorStatements();
  const user = `arn:aws:iam::${id}:user/local`;
  for (const { action, resource, context } of requests) {
    const decision = evaluate(statements, action, resource, context);
    if (decision !== "allowed") {
      const code = codes[action.split(":")[0] ?? ""] ?? "AccessDeniedException";
      throw new AwsError(code, denial(user, action, resource, decision));
    }
  }
}

/** Of a resource by its id or ARN; none for one that was not made here. */
function tagsOf(account: LocalAccount, name: string): Readonly<Record<string, unknown>> {
  const found = account
    .inventory()
    .all()
    .find(({ id, arn }) => [id, arn].includes(name));
  const { tagsAll, tags = {} } = found?.properties ?? {};
  return (tagsAll ?? tags) as Readonly<Record<string, unknown>>;
}

/** IAM evaluates calls on a role's policies against the role's ARN, which has its path, in the context of its boundary. */
function roleOf({ role }: Properties, account: LocalAccount): Record<string, unknown> {
  const found = account
    .inventory()
    .find("aws:iam/role:Role", (properties) => properties.text("name") === role);
  if (found === undefined) return {};
  const { permissionsBoundary } = found.properties;
  return { role: found.arn, ...(permissionsBoundary === undefined ? {} : { permissionsBoundary }) };
}
