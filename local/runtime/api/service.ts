import type { LocalAccount } from "../../account/localAccount";
import { type Access, type Caller, operator } from "../iam/access";
import { denial, evaluate } from "../iam/policyEvaluation";
import type { Properties } from "../state";

/** What the operations of an account's services are derived from. */
export interface AccountParts {
  readonly account: LocalAccount;
  readonly access: Access;
  /** Folder of the local cloud, which holds the log groups. */
  readonly root: string;
}

/** One call, with what AWS takes from the signature of the request. */
export interface Call extends AccountParts {
  readonly region: string;
  readonly caller: Caller;
}

/** An error of a service, named as in the AWS SDK; `status` is used by REST and query services. */
export class ServiceException extends Error {
  override readonly name = "ServiceException";
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Takes the request's input, answers the members of the result. */
export type Operation = (input: Properties, call: Call) => Properties;

/** A service by the name under which requests are signed. */
export interface Service {
  readonly protocol: "json" | "query" | "ec2" | "rest";
  /** Prefix of its IAM actions. */
  readonly prefix: string;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** ARN of the caller. */
export function callerArn({ caller, account }: Pick<Call, "caller" | "account">): string {
  if (caller === operator) return `arn:aws:iam::${account.id}:user/local`;
  const [role = ""] = caller.roleArn.split("/").slice(-1);
  return `arn:aws:sts::${account.id}:assumed-role/${role}/${caller.session}`;
}

/** AWS's message when it denies the action; undefined when the caller is allowed. */
export function refusalOf(call: Call, action: string, resource: string): string | undefined {
  // GetCallerIdentity needs no permission, and no policy can deny it.
  if (action === "sts:GetCallerIdentity") return undefined;
  if (call.caller !== operator) return call.access.refusal(call.caller, action, resource);
  const decision = evaluate(call.account.operatorStatements(), action, resource);
  return decision === "allowed" ? undefined : denial(callerArn(call), action, resource, decision);
}
