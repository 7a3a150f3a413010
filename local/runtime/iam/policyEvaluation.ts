import { matchesAction, matchesPattern } from "../../../shared/iamPatterns";
import { isRecord, list, type Properties, record, text } from "../state";

/** Each tells whether a condition's values admit the request's value, undefined when the request has no such key. */
const operators = {
  StringEquals: (values, value) => value !== undefined && values.includes(value),
  StringLike: (values, value) =>
    value !== undefined && values.some((wanted) => matchesPattern(wanted, value)),
  // True for an empty set of values.
  "ForAllValues:StringLike": (values, value) =>
    value === undefined || values.some((wanted) => matchesPattern(wanted, value)),
  Bool: (values, value) => value !== undefined && values.includes(value.toLowerCase()),
  Null: (values, value) => values.includes(String(value === undefined)),
} as const satisfies Record<
  string,
  (values: readonly string[], value: string | undefined) => boolean
>;

/** A condition of a statement: the request's value of the key is one of these. */
export interface Condition {
  readonly operator: keyof typeof operators;
  /** In lower case: condition keys are case-insensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

/** Context of a request besides action and resource, by condition key in lower case. */
export type RequestContext = Readonly<Record<string, string>>;

/** A statement of an identity policy. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
  /** The part of the statement that is not evaluated here; such an Allow never applies, such a Deny always does. */
  readonly unsupported?: string;
}

export type Decision = "allowed" | "implicitDeny" | "explicitDeny" | "outsideBoundary";

/** A role's policies, and its permissions boundary where it has one. */
export interface Bounded {
  readonly statements: readonly Statement[];
  readonly boundary?: readonly Statement[] | undefined;
}

/**
 * The statements of a policy document in JSON.
 *
 * @throws Error when it is not a policy document.
 */
export function parsePolicy(document: string): Statement[] {
  const parsed: unknown = JSON.parse(document);
  const { Statement: statements } = record(parsed);
  return (Array.isArray(statements) ? statements : [statements]).map((statement) => {
    if (!isRecord(statement) || (statement.Effect !== "Allow" && statement.Effect !== "Deny")) {
      throw new Error("a policy statement needs Effect Allow or Deny");
    }
    const resources = texts(statement.Resource);
    const unsupported = [
      ...["NotAction", "NotResource"].filter((key) => statement[key] !== undefined),
      ...(areEvaluated(record(statement.Condition)) ? [] : ["Condition"]),
      ...resources.filter((resource) => resource.includes("${")),
    ];
    return {
      effect: statement.Effect,
      actions: texts(statement.Action),
      resources,
      conditions: conditionsOf(record(statement.Condition)),
      ...(unsupported.length > 0 ? { unsupported: unsupported.join(", ") } : {}),
    };
  });
}

const areEvaluated = (condition: Properties): boolean =>
  Object.keys(condition).every((name) => Object.hasOwn(operators, name));

const operatorNames = Object.keys(operators) as Condition["operator"][];

const conditionsOf = (condition: Properties): Condition[] =>
  operatorNames.flatMap((operator) =>
    Object.entries(record(condition[operator])).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );

const isMet = ({ operator, key, values }: Condition, context: RequestContext): boolean =>
  operators[operator](values, context[key]);

/** IAM's decision on the call: an explicit deny overrides every allow; without an allow the call is implicitly denied. */
export function evaluate(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: RequestContext = {},
): Decision {
  const applies = (statement: Statement): boolean =>
    statement.unsupported
      ? statement.effect === "Deny"
      : statement.actions.some((pattern) => matchesAction(pattern, action)) &&
        statement.resources.some((pattern) => matchesPattern(pattern, resource)) &&
        statement.conditions.every((condition) => isMet(condition, context));
  const effects = statements.filter(applies).map((statement) => statement.effect);
  if (effects.includes("Deny")) return "explicitDeny";
  return effects.includes("Allow") ? "allowed" : "implicitDeny";
}

/** IAM's decision on a call of a role: both its policies and its boundary must allow it. */
export function evaluateForRole(
  role: Bounded | undefined,
  action: string,
  resource: string,
  context?: RequestContext,
): Decision {
  const decision = evaluate(role?.statements ?? [], action, resource, context);
  if (decision !== "allowed" || role?.boundary === undefined) return decision;
  const bound = evaluate(role.boundary, action, resource, context);
  return bound === "implicitDeny" ? "outsideBoundary" : bound;
}

/** The message of AWS's AccessDeniedException; `user` is the ARN of the caller. */
export function denial(
  user: string,
  action: string,
  resource: string,
  decision: Exclude<Decision, "allowed">,
): string {
  const because = {
    explicitDeny: "with an explicit deny in an identity-based policy",
    outsideBoundary: `because no permissions boundary allows the ${action} action`,
    implicitDeny: `because no identity-based policy allows the ${action} action`,
  }[decision];
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}

/** The same where the policy of another account's resource does not admit the caller. */
export const foreignDenial = (user: string, action: string, resource: string): string =>
  `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no ` +
  `resource-based policy allows the ${action} action`;

/** The same where the policy of the resource itself denies it. */
export const resourceDenial = (user: string, action: string, resource: string): string =>
  `User: ${user} is not authorized to perform: ${action} on resource: ${resource} ` +
  "with an explicit deny in a resource-based policy";

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? list(value).map(text) : value === undefined ? [] : [text(value)];
