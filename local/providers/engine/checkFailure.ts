import type { Inputs } from "./inputs";

/** What is wrong with one property; `reason` starts with AWS's error code where AWS has one. */
export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

type CheckResult = CheckFailure | false | undefined;

/** Keeps the failures among the results of checks. */
export const failuresIn = (...checks: readonly CheckResult[]): CheckFailure[] =>
  checks.filter((result): result is CheckFailure => typeof result === "object");

/** A failure when `isWrong` holds; `code` and `text` as AWS words them. */
export const failWhen = (
  isWrong: boolean,
  property: string,
  code: string,
  text: string,
): CheckResult => isWrong && { property, reason: `${code}: ${text}` };

/** A failure of `property` when none or several of `names` are set. */
export const notExactlyOne = (
  inputs: Inputs,
  property: string,
  code: string,
  names: readonly string[],
): CheckResult =>
  failWhen(
    names.filter((name) => inputs.has(name)).length !== 1,
    property,
    code,
    `set exactly one of ${names.join(", ")}`,
  );

/** A failure when the value is known and not among the allowed ones. */
export const notAmong = (
  inputs: Inputs,
  property: string,
  code: string,
  allowed: readonly (string | number)[],
): CheckResult => {
  const value = inputs.number(property) ?? inputs.text(property);
  return failWhen(
    value !== undefined && !allowed.includes(value),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${allowed.join(", ")}`,
  );
};

/** A failure when the number is known and out of bounds. */
export const notBetween = (
  inputs: Inputs,
  property: string,
  code: string,
  [least, most]: readonly [number, number],
): CheckResult => {
  const value = inputs.number(property);
  return failWhen(
    value !== undefined && !(value >= least && value <= most),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${least} to ${most}`,
  );
};

/** A failure when the text is known and does not match. */
export const notMatching = (
  inputs: Inputs,
  property: string,
  code: string,
  pattern: RegExp,
  allowed: string,
): CheckResult => {
  const value = inputs.text(property);
  return failWhen(
    value !== undefined && !pattern.test(value),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${allowed}`,
  );
};
