import {
  type EvaluationResult,
  GetRoleCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import type { Check } from "../../checks/examine";
import { type Finding, fault, notChecked, ok } from "../../checks/finding";
import { type Permission, permissionsOf } from "../actions";
import type { AwsClients } from "../awsClients";
import type { DoctorContext, Identity } from "../context";

const subject = "permissions";

/** What the deployer may do, by IAM's own simulation. Organisation policies count where IAM knows of them. */
export const permissions: Check<DoctorContext> = {
  subject,
  timeoutMs: 40_000,
  run: async ({ aws, identity, settings, region }, abortSignal) => {
    const caller = await identity();
    const { account, arn } = caller;
    if (arn.endsWith(":root")) return [ok(subject, "the root user may do everything")];
    const partition = arn.split(":")[1] ?? "aws";
    const needed = permissionsOf(settings, { account, region, partition });
    const principal = await principalOf(caller, aws, abortSignal);
    const simulated = await Promise.all(
      needed.map((permission) => simulate(principal, permission, aws, abortSignal)),
    );
    return permissionFindings(principal, needed, simulated.flat());
  },
};

/** The user, or the role behind an assumed role: its ARN has a path, which that of the session leaves out. */
async function principalOf(
  { arn, account }: Identity,
  { iam }: AwsClients,
  abortSignal: AbortSignal,
): Promise<string> {
  const [, partition = "aws", RoleName] =
    /^arn:([\w-]+):sts::\d{12}:assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (RoleName === undefined) return arn;
  const { Role } = await iam.send(new GetRoleCommand({ RoleName }), { abortSignal });
  return Role?.Arn ?? `arn:${partition}:iam::${account}:role/${RoleName}`;
}

async function simulate(
  PolicySourceArn: string,
  { actions, resource }: Permission,
  { iam }: AwsClients,
  abortSignal: AbortSignal,
): Promise<EvaluationResult[]> {
  const results: EvaluationResult[] = [];
  let Marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [...actions],
      ResourceArns: [resource],
      ...(Marker === undefined ? {} : { Marker }),
    });
    const answer = await iam.send(command, { abortSignal });
    results.push(...(answer.EvaluationResults ?? []));
    Marker = answer.IsTruncated ? answer.Marker : undefined;
  } while (Marker !== undefined);
  return results;
}

export function permissionFindings(
  principal: string,
  needed: readonly Permission[],
  results: readonly EvaluationResult[],
): Finding[] {
  const decisionOf = (action: string) =>
    results.find(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase());
  const all = [...new Set(needed.flatMap(({ actions }) => actions))];
  const allowed = all.filter((action) => decisionOf(action)?.EvalDecision === "allowed");
  const refused = all.filter((action) => !allowed.includes(action));
  // IAM cannot simulate what a condition asks of the request.
  const depends = refused.filter(
    (action) => (decisionOf(action)?.MissingContextValues?.length ?? 0) > 0,
  );
  const denied = refused.filter((action) => !depends.includes(action));
  return [
    ...(denied.length === 0
      ? []
      : [
          fault(
            subject,
            `${principal} may not ${denied.join(", ")}`,
            "allow these actions in a policy of the user or role that deploys",
          ),
        ]),
    ...(depends.length === 0
      ? []
      : [notChecked(subject, `conditions decide about ${depends.join(", ")}`)]),
    ...(refused.length === 0 ? [ok(subject, `${principal} may do all ${all.length} actions`)] : []),
  ];
}
