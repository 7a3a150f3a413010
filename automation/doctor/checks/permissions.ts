import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { type Finding, fault, notChecked, ok, warning } from "../../checks/finding";
import type { Condition } from "../../permissions/condition";
import { type Permission, permissionsOf } from "../../permissions/permissions";
import type { AwsClients } from "../awsClients";
import type { DoctorCheck, Identity } from "../context";

const subject = "permissions";

/** What the deployer may do, by IAM's own simulation. */
export const permissions: DoctorCheck = {
  subject,
  reads: "everything",
  timeoutMs: 40_000,
  run: async ({ aws, identity, settings, region }, abortSignal) => {
    const caller = await identity();
    const { account, arn } = caller;
    if (arn.endsWith(":root")) return [ok(subject, "the root user may do everything")];
    const partition = arn.split(":")[1] ?? "aws";
    const needed = permissionsOf(settings, { account, region, partition });
    const principal = await principalOf(caller, aws, abortSignal);
    const results: EvaluationResult[] = [];
    const kinds = new Set(needed.flatMap(({ resources }) => resources.filter(isOfOneKind)));
    // One after the other: IAM throttles those who ask for much at a time.
    for (const permission of needed) {
      results.push(...(await simulate(principal, permission, kinds, aws, abortSignal)));
    }
    return permissionFindings(principal, principal !== arn, needed, results);
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
  { actions, resources, condition = {} }: Permission,
  kinds: ReadonlySet<string>,
  { iam }: AwsClients,
  abortSignal: AbortSignal,
): Promise<EvaluationResult[]> {
  const results: EvaluationResult[] = [];
  let Marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn,
      ActionNames: [...actions],
      ResourceArns: resources.flatMap((pattern) => samplesOf(pattern, kinds)),
      ContextEntries: Object.entries(condition).flatMap(([operator, keys]) =>
        contextEntries(operator, keys),
      ),
      ...(Marker === undefined ? {} : { Marker }),
    });
    const answer = await iam.send(command, { abortSignal });
    results.push(...(answer.EvaluationResults ?? []));
    Marker = answer.IsTruncated ? answer.Marker : undefined;
  } while (Marker !== undefined);
  return results;
}

/** Anything of a service in the account, as what is tagged. */
const isOfAnyKind = (pattern: string): boolean => /^(?:[^:]*:){5}\*$/.test(pattern);
const isOfOneKind = (pattern: string): boolean => pattern !== "*" && !isOfAnyKind(pattern);

/** Resources that the pattern stands for: of each kind that the stack has, where it stands for any. */
function samplesOf(pattern: string, kinds: ReadonlySet<string>): string[] {
  if (!isOfAnyKind(pattern)) return [sampleOf(pattern)];
  const ofService = [...kinds].filter((kind) => kind.startsWith(pattern.slice(0, -1)));
  return ofService.map(sampleOf);
}

/** The digits that Pulumi appends to names are any. */
const sampleOf = (pattern: string): string =>
  pattern === "*" ? pattern : pattern.replaceAll("*", "1234567");

/** A request that meets the condition. */
const contextEntries = (operator: string, keys: Condition[string]): ContextEntry[] =>
  // Null asks for a request without the key.
  operator === "Null"
    ? []
    : Object.entries(keys).map(([ContextKeyName, values]) => ({
        ContextKeyName,
        ContextKeyValues: valuesFor(operator, [values].flat().map(sampleOf)),
        ContextKeyType: typeFor(operator),
      }));

/** Only these operators take several values of a request. */
const isForAll = (operator: string): boolean => operator.startsWith("ForAllValues:");

const valuesFor = (operator: string, values: string[]): string[] =>
  isForAll(operator) ? values : values.slice(0, 1);

const typeFor = (operator: string): ContextEntry["ContextKeyType"] =>
  isForAll(operator) ? "stringList" : operator === "Bool" ? "boolean" : "string";

/**
 * `isSession`: the caller acts in the role, in a session that may have a policy of its own, which IAM does not simulate.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html
 */
export function permissionFindings(
  principal: string,
  isSession: boolean,
  needed: readonly Permission[],
  results: readonly EvaluationResult[],
): Finding[] {
  const resultsOf = (action: string) =>
    results.filter(({ EvalActionName }) => EvalActionName?.toLowerCase() === action.toLowerCase());
  const all = [...new Set(needed.flatMap(({ actions }) => actions))];
  // On several resources or for several services, it must be allowed each time.
  const allowed = all.filter((action) => {
    const own = resultsOf(action);
    return own.length > 0 && own.every(({ EvalDecision }) => EvalDecision === "allowed");
  });
  const refused = all.filter((action) => !allowed.includes(action));
  // IAM cannot simulate what a condition asks of the request.
  const depends = refused.filter((action) =>
    resultsOf(action).some(({ MissingContextValues = [] }) => MissingContextValues.length > 0),
  );
  const denied = refused.filter((action) => !depends.includes(action));
  return [
    ...(denied.length === 0
      ? []
      : [
          fault(
            subject,
            `${principal} may not ${denied.join(", ")}`,
            "attach the policies that `npm run deployer:policy` prints to the user or role that deploys",
          ),
        ]),
    ...(depends.length === 0
      ? []
      : [notChecked(subject, `conditions decide about ${depends.join(", ")}`)]),
    ...(refused.length === 0 ? [allowedFinding(principal, isSession, all.length)] : []),
  ];
}

function allowedFinding(principal: string, isSession: boolean, count: number): Finding {
  const said = `${principal} may do all ${count} actions`;
  return isSession
    ? warning(
        subject,
        `${said} by its own policies; not checked: a policy of this session, and organisation policies with conditions`,
      )
    : ok(subject, said);
}
