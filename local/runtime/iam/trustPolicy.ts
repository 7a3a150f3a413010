import { matchesPattern } from "../../../shared/iamPatterns";
import { list, type Properties, record, text } from "../state";

/** The resource for which a service assumes a role, as it states to AWS STS. */
export interface Source {
  readonly account: string;
  readonly arn: string;
}

/**
 * True when the trust policy lets the service (`ecs-tasks.amazonaws.com`) assume the role. Without a source it is a service that
 * names none, such as Lambda: no condition on aws:SourceAccount or aws:SourceArn is met then. Other conditions never are.
 */
export function trusts(assumeRolePolicy: string, service: string, source?: Source): boolean {
  const { Statement: statements } = record(JSON.parse(assumeRolePolicy));
  return (Array.isArray(statements) ? statements : [statements])
    .map(record)
    .some(
      (statement) =>
        statement.Effect === "Allow" &&
        texts(statement.Action).includes("sts:AssumeRole") &&
        texts(record(statement.Principal).Service).includes(service) &&
        areMet(record(statement.Condition), source),
    );
}

const operators: Readonly<Record<string, (wanted: string, value: string) => boolean>> = {
  StringEquals: (wanted, value) => wanted === value,
  StringLike: matchesPattern,
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
};

const areMet = (conditions: Properties, source: Source | undefined): boolean =>
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(record(keys)).every(([key, wanted]) => {
      const value = sourceValue(key, source);
      const holds = operators[operator];
      return (
        value !== undefined && holds !== undefined && texts(wanted).some((one) => holds(one, value))
      );
    }),
  );

/** Condition keys are case-insensitive. */
function sourceValue(key: string, source: Source | undefined): string | undefined {
  if (key.toLowerCase() === "aws:sourceaccount") return source?.account;
  if (key.toLowerCase() === "aws:sourcearn") return source?.arn;
  return undefined;
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? list(value).map(text) : value === undefined ? [] : [text(value)];
