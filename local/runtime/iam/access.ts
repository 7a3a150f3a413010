import { randomBytes, timingSafeEqual } from "node:crypto";
import type { RolePlan } from "../plan/types";
import {
  denial,
  evaluateForRole,
  foreignDenial,
  type RequestContext,
  type Statement,
} from "./policyEvaluation";

/** Temporary credentials of a role, in the words of the container credentials endpoint. */
export interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
  readonly RoleArn: string;
}

/** A caller of the local AWS API, identified by credentials that the API has issued. */
export interface Caller {
  readonly roleArn: string;
  /** Role session: task id or function name. */
  readonly session: string;
  /** The only AWS services that its network leads to; undefined = all. */
  readonly services?: readonly string[];
}

/** The user who runs the local cloud; allowed every action. */
export const operator: Caller = { roleArn: "", session: "operator" };

/** AWS gives tasks six hours and renews them on demand. */
const lifetimeMs = 6 * 3600 * 1000;

/** Authentication (credentials issued in this run) and authorization (the deployed policies). */
export class Access {
  private readonly issued = new Map<string, { token: string; caller: Caller }>();
  private roles: ReadonlyMap<string, RolePlan> = new Map();

  /** Uses the policies of a deployment from now on. */
  apply(roles: ReadonlyMap<string, RolePlan>): void {
    this.roles = roles;
  }

  /** New credentials; they end with {@link revoke}. */
  issue(caller: Caller): Credentials {
    const credentials = {
      AccessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      SecretAccessKey: randomBytes(30).toString("base64"),
      Token: randomBytes(48).toString("base64"),
      Expiration: new Date(Date.now() + lifetimeMs).toISOString(),
      RoleArn: caller.roleArn,
    };
    this.issued.set(credentials.AccessKeyId, { token: credentials.Token, caller });
    return credentials;
  }

  /** Ends all credentials of a role session. */
  revoke(session: string): void {
    for (const [accessKeyId, { caller }] of this.issued) {
      if (caller.session === session) this.issued.delete(accessKeyId);
    }
  }

  /**
   * The caller to whom these credentials were issued. The random session token proves it, so the signature over the
   * request is not checked: both ends are on this machine.
   */
  identify(accessKeyId: string, token: string): Caller | undefined {
    const issued = this.issued.get(accessKeyId);
    if (!issued) return undefined;
    const [expected, given] = [Buffer.from(issued.token), Buffer.from(token)];
    return expected.length === given.length && timingSafeEqual(expected, given)
      ? issued.caller
      : undefined;
  }

  /** Statements of a role's policies; undefined for a role that is not deployed. */
  statements(roleArn: string): readonly Statement[] | undefined {
    return this.roles.get(roleArn)?.statements;
  }

  /** AWS's message when it denies the call; undefined when the caller's role allows it. */
  refusal(
    caller: Caller,
    action: string,
    resource: string,
    context: RequestContext = {},
  ): string | undefined {
    if (caller === operator) return undefined;
    const role = this.roles.get(caller.roleArn);
    const decision = evaluateForRole(role, action, resource, context);
    if (decision === "allowed") return undefined;
    return denial(this.nameOf(caller), action, resource, decision);
  }

  /** ARN of the caller, as AWS's messages name it. */
  nameOf(caller: Caller): string {
    return userOf(caller, this.roles.get(caller.roleArn)?.name);
  }

  /** AWS's message for a call on a resource of another account whose policy does not admit the caller. */
  foreignRefusal(caller: Caller, action: string, resource: string): string | undefined {
    const account = resource.split(":")[4];
    if (caller === operator || !account || account === accountOf(caller)) return undefined;
    return foreignDenial(this.nameOf(caller), action, resource);
  }
}

const accountOf = ({ roleArn }: Caller): string => roleArn.split(":")[4] ?? "";

const userOf = (caller: Caller, role = "unknown"): string =>
  `arn:aws:sts::${accountOf(caller)}:assumed-role/${role}/${caller.session}`;
