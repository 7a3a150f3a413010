import { isRecord, list, record, text } from "../state";

/** A statement of an identity policy. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
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
      ...["Condition", "NotAction", "NotResource"].filter((key) => statement[key] !== undefined),
      ...resources.filter((resource) => resource.includes("${")),
    ];
    return {
      effect: statement.Effect,
      actions: texts(statement.Action),
      resources,
      ...(unsupported.length > 0 ? { unsupported: unsupported.join(", ") } : {}),
    };
  });
}

/** What AWS would say to the call: an explicit deny wins, nothing said is a refusal. */
export function judge(statements: readonly Statement[], action: string, resource: string): Verdict {
  const applies = (statement: Statement): boolean =>
    statement.unsupported
      ? statement.effect === "Deny"
      : statement.actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
        statement.resources.some((pattern) => matches(pattern, resource));
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

/** `*` stands for any characters, `?` for one. */
export function matches(pattern: string, value: string): boolean {
  let p = 0;
  let v = 0;
  let star = -1;
  let resume = 0;
  while (v < value.length) {
    if (pattern[p] === "*") {
      star = p++;
      resume = v;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === value[v])) {
      p++;
      v++;
    } else if (star >= 0) {
      p = star + 1;
      v = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? list(value).map(text) : value === undefined ? [] : [text(value)];
