import { z } from "zod";
import { matchesAction } from "../../shared/iamPatterns";

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const principal = z.union([z.literal("*"), z.object({ AWS: texts.optional() }).loose()]);
const statement = z.object({
  Effect: z.string(),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Condition: z.unknown().optional(),
});
const document = z.object({
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
type Statement = z.infer<typeof statement>;

const statementsOf = (policy: string): Statement[] => document.parse(JSON.parse(policy)).Statement;

/**
 * Whether a key's policy leaves an action to the account's IAM policies: an unconditional statement for the account
 * itself. Without one a role's own policy grants nothing.
 */
export const admitsIam = (policy: string, account: string, action: string): boolean =>
  statementsOf(policy).some(
    (statement) =>
      statement.Effect === "Allow" &&
      statement.Condition === undefined &&
      namesAccount(statement, account) &&
      (statement.Action ?? []).some((pattern) => matchesAction(pattern, action)),
  );

/**
 * Whether the policy of a secret or a key denies an action to a role of the account, which then no other policy can allow:
 * "always", "perhaps" where a condition, a list of exceptions or the name of a role decides, else undefined.
 */
export function denial(
  policy: string,
  account: string,
  action: string,
): "always" | "perhaps" | undefined {
  const denying = statementsOf(policy).filter(
    ({ Effect, Action, NotAction }) =>
      Effect === "Deny" &&
      (Action?.some((pattern) => matchesAction(pattern, action)) ??
        !NotAction?.some((pattern) => matchesAction(pattern, action))),
  );
  if (denying.length === 0) return undefined;
  const isCertain = denying.some(
    (statement) => statement.Condition === undefined && namesAccount(statement, account),
  );
  return isCertain ? "always" : "perhaps";
}

/** Everybody of the account, by its number or its root. */
function namesAccount({ Principal }: Statement, account: string): boolean {
  const principals = Principal === "*" ? ["*"] : (Principal?.AWS ?? []);
  return principals.some(
    (principal) =>
      principal === "*" ||
      principal === account ||
      new RegExp(`^arn:aws[a-z-]*:iam::${account}:root$`).test(principal),
  );
}
