import { matchesAction, matchesPattern } from "../../../../shared/iamPatterns";
import type { CheckFailure } from "../../engine/checkFailure";
import type { Inputs } from "../../engine/inputs";
import { isList, isObject, type Properties, type Value } from "../../engine/wire";

/** A trust policy has principals, a permissions policy has resources, a resource policy has both. */
export type DocumentKind = "trust" | "permissions" | "resource";

const documentKeys = ["Version", "Id", "Statement"];
const versions = ["2012-10-17", "2008-10-17"];
const statementKeys = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

/** Failures of an IAM policy document given as JSON text; none while the text is unknown. */
export function policyFailures(
  inputs: Inputs,
  property: string,
  kind: DocumentKind,
): CheckFailure[] {
  const text = inputs.text(property);
  if (text === undefined) {
    return [];
  }
  return problemsOf(text, kind).map((problem) => ({
    property,
    reason: `MalformedPolicyDocument: ${problem}`,
  }));
}

function problemsOf(text: string, kind: DocumentKind): string[] {
  let document: Value;
  try {
    document = JSON.parse(text) as Value;
  } catch {
    return ["the policy is not valid JSON"];
  }
  if (!isObject(document)) {
    return ["the policy must be a JSON object"];
  }
  const statements = isList(document.Statement) ? document.Statement : [document.Statement ?? null];
  return [
    ...unknownKeys(document, documentKeys, "the policy"),
    ...(document.Version === undefined || versions.includes(String(document.Version))
      ? []
      : [`Version is "${document.Version}"; allowed: ${versions.join(", ")}`]),
    ...(statements.length === 0 || document.Statement === undefined
      ? ["the policy has no Statement"]
      : statements.flatMap((statement, index) =>
          isObject(statement)
            ? statementProblems(statement, `Statement[${index}]`, kind)
            : [`Statement[${index}] must be an object`],
        )),
  ];
}

function statementProblems(statement: Properties, at: string, kind: DocumentKind): string[] {
  const exactlyOne = (one: string, other: string) =>
    one in statement === other in statement ? [`${at} needs exactly one of ${one}, ${other}`] : [];
  const none = (...names: string[]) =>
    names.filter((name) => name in statement).map((name) => `${at} must not have ${name}`);
  const actions = [statement.Action ?? statement.NotAction ?? []].flat() as Value[];
  return [
    ...unknownKeys(statement, statementKeys, at),
    ...(statement.Effect === "Allow" || statement.Effect === "Deny"
      ? []
      : [`${at}.Effect is ${JSON.stringify(statement.Effect)}; allowed: Allow, Deny`]),
    ...exactlyOne("Action", "NotAction"),
    ...actions
      .filter((action) => typeof action !== "string" || !/^(\*|[a-z0-9-]+:[\w*?]+)$/i.test(action))
      .map(
        (action) => `${at}: ${JSON.stringify(action)} is not an action; allowed: service:Action`,
      ),
    ...(kind === "trust"
      ? [...exactlyOne("Principal", "NotPrincipal"), ...none("Resource", "NotResource")]
      : [
          ...exactlyOne("Resource", "NotResource"),
          ...(kind === "resource"
            ? exactlyOne("Principal", "NotPrincipal")
            : none("Principal", "NotPrincipal")),
          ...resourceProblems(statement, at),
        ]),
  ];
}

function resourceProblems(statement: Properties, at: string): string[] {
  const given = statement.Resource ?? statement.NotResource;
  const resources = [given ?? []].flat() as Value[];
  return [
    ...(given !== undefined && resources.length === 0
      ? [`${at} has an empty list of resources`]
      : []),
    ...resources
      .filter(
        (arn) => typeof arn !== "string" || !/^(\*|arn:[^:]*:[^:]*:[^:]*:[^:]*:.+)$/.test(arn),
      )
      .map((arn) => `${at}: resource ${JSON.stringify(arn)} must be in ARN format or "*"`),
  ];
}

const unknownKeys = (value: Properties, known: readonly string[], at: string) =>
  Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => `${at} has the unknown element "${key}"; known: ${known.join(", ")}`);

/**
 * True when the resource policy allows the service this action on the resource. Of its conditions, those with keys of
 * `context` are evaluated.
 */
export function admits(
  policy: unknown,
  service: string,
  action: string,
  resource: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  if (typeof policy !== "string" || problemsOf(policy, "resource").length > 0) return false;
  const { Statement } = JSON.parse(policy) as { Statement: Properties | Properties[] };
  const some = (value: Value | undefined, matchesOne: (pattern: string) => boolean) =>
    [value ?? []].flat().some((one) => matchesOne(String(one)));
  const isMet = (keys: Value | undefined) =>
    Object.entries(isObject(keys) ? keys : {}).every(([key, wanted]) => {
      const value = context[key];
      return value === undefined || some(wanted, (one) => matchesPattern(one, value));
    });
  return [Statement].flat().some(({ Effect, Principal, Action, Resource, Condition }) => {
    const principals = isObject(Principal) ? (Principal.Service ?? Principal.AWS) : Principal;
    return (
      Effect === "Allow" &&
      some(principals, (one) => one === "*" || one === service) &&
      some(Action, (one) => matchesAction(one, action)) &&
      some(Resource, (one) => matchesPattern(one, resource)) &&
      Object.values(isObject(Condition) ? Condition : {}).every(isMet)
    );
  });
}

/** True when the trust policy lets the service assume the role. */
export function trusts(assumeRolePolicy: unknown, service: string): boolean {
  if (typeof assumeRolePolicy !== "string" || problemsOf(assumeRolePolicy, "trust").length > 0) {
    return false;
  }
  const { Statement } = JSON.parse(assumeRolePolicy) as { Statement: Properties | Properties[] };
  return [Statement].flat().some(({ Effect, Principal }) => {
    const services = isObject(Principal) ? [Principal.Service ?? []].flat() : [];
    return Effect === "Allow" && services.includes(service);
  });
}
