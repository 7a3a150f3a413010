/** Which names AWS accepts for a type of resource. */
export interface NameRule {
  /** The input that holds the name. */
  readonly property: "name" | "bucket" | "family";
  /** Whether Check makes a missing name of the resource's name in the program and seven random digits. */
  readonly automatic: boolean;
  /** Automatic names are in lower case. */
  readonly lowerCase?: true;
  readonly maxLength: number;
  /** Patterns that the name must match, each with AWS's error. */
  readonly constraints: readonly NameConstraint[];
}

export type NameConstraint = readonly [pattern: RegExp, error: (name: string) => string];

/** AWS's error for the name, which it shows as `shown`; undefined for a name that AWS accepts. */
export const nameProblem = (
  { constraints }: NameRule,
  name: string,
  shown: string,
): string | undefined => constraints.find(([pattern]) => !pattern.test(name))?.[1](shown);
