import { z } from "zod";

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const statement = z.object({
  Effect: z.string(),
  Principal: z.union([z.literal("*"), z.object({ AWS: texts.optional() }).loose()]).optional(),
  Action: texts.optional(),
  Condition: z.unknown().optional(),
});
const document = z.object({
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});

/**
 * Whether a key's policy leaves an action to the account's IAM policies: an unconditional statement for the account
 * itself. Without one a role's own policy grants nothing.
 */
export function admitsIam(policy: string, account: string, action: string): boolean {
  const { Statement } = document.parse(JSON.parse(policy));
  const isAccount = (principal: string) =>
    principal === "*" ||
    principal === account ||
    new RegExp(`^arn:aws[a-z-]*:iam::${account}:root$`).test(principal);
  return Statement.some(({ Effect, Principal, Action = [], Condition }) => {
    const principals = Principal === "*" ? ["*"] : (Principal?.AWS ?? []);
    return (
      Effect === "Allow" &&
      Condition === undefined &&
      principals.some(isAccount) &&
      Action.some((pattern) => covers(pattern, action))
    );
  });
}

/** `*` at the end of a pattern stands for anything. */
const covers = (pattern: string, action: string): boolean =>
  pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : pattern === action;
