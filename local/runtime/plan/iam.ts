import { matchesAction, matchesPattern } from "../../../shared/iamPatterns";
import { isRecord, list, type Properties, record, text } from "../state";

const operators = ["StringEquals", "StringLike", "ForAllValues:StringLike"] as const;

/** A condition of a statement: the request's value of the key is one of these. */
export interface Condition {
  readonly operator: (typeof operators)[number];
  /** In lower case: condition keys have no case. */
  readonly key: string;
  readonly values: readonly string[];
}

/** What a request says beside action and resource, by condition key in lower case. */
export type RequestContext = Readonly<Record<string, string>>;

/** A statement of an identity policy. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
  /** What of the statement is not evaluated here; such an Allow never, such a Deny always applies. */
  readonly unsupported?: string;
}

export type Verdict = "allowed" | "implicitDeny" | "explicitDeny";

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
  Object.keys(condition).every((name) => operators.some((operator) => operator === name));

const conditionsOf = (condition: Properties): Condition[] =>
  operators.flatMap((operator) =>
    Object.entries(record(condition[operator])).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: texts(values),
    })),
  );

/** A request without the key does not meet the condition, unless that asks for all values: of none it is true. */
const isMet = ({ operator, key, values }: Condition, context: RequestContext): boolean => {
  const value = context[key];
  if (value === undefined) return operator === "ForAllValues:StringLike";
  return values.some((wanted) =>
    operator === "StringEquals" ? wanted === value : matchesPattern(wanted, value),
  );
};

/** What AWS would say to the call: an explicit deny wins, nothing said is a refusal. */
export function judge(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: RequestContext = {},
): Verdict {
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

/** The message of AWS's AccessDeniedException; `user` is the ARN of the caller. */
export function denial(user: string, action: string, resource: string, verdict: Verdict): string {
  const because =
    verdict === "explicitDeny"
      ? "with an explicit deny in an identity-based policy"
      : `because no identity-based policy allows the ${action} action`;
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
