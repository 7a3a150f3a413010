import { z } from "zod";
import { matchesAction, matchesPattern } from "../../shared/iamPatterns";

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const principal = z.union([
  z.literal("*"),
  z.object({ AWS: texts.optional(), Service: texts.optional() }).loose(),
]);
const statement = z.object({
  Effect: z.string(),
  Principal: principal.optional(),
  NotPrincipal: principal.optional(),
  Action: texts.optional(),
  NotAction: texts.optional(),
  Resource: texts.optional(),
  NotResource: texts.optional(),
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
const document = z.object({
  Statement: z.union([statement.transform((one) => [one]), z.array(statement)]),
});
type Statement = z.infer<typeof statement>;

/** A call that AWS judges by the policy of a resource. */
export interface PolicyRequest {
  /** An account's number stands for whoever its IAM policies let; else a service, such as logs.eu-west-1.amazonaws.com. */
  readonly principal: string;
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** What the request says by condition key: a condition is met when all values meet it. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** "perhaps": a condition, a list of exceptions or the name of a role decides, which is not known here. */
export type Certainty = "always" | "perhaps" | undefined;

/** Whether the policy allows it. To an account: that it leaves it to IAM, without which a role's own policy grants nothing. */
export const allowance = (policy: string, request: PolicyRequest): Certainty =>
  strongest(policy, "Allow", request);

/** Whether the policy denies it, which then no other policy can allow. */
export const denial = (policy: string, request: PolicyRequest): Certainty =>
  strongest(policy, "Deny", request);

function strongest(policy: string, effect: string, request: PolicyRequest): Certainty {
  const found = document
    .parse(JSON.parse(policy))
    .Statement.filter(({ Effect }) => Effect === effect)
    .map((one) => applies(one, request));
  if (found.includes("always")) return "always";
  return found.includes("perhaps") ? "perhaps" : undefined;
}

function applies(one: Statement, request: PolicyRequest): Certainty {
  const { action, resource } = request;
  const isAction = (patterns: string[]) => patterns.some((each) => matchesAction(each, action));
  const isResource = (patterns: string[]) =>
    patterns.some((each) => matchesPattern(each, resource));
  const isAsked =
    (one.Action ? isAction(one.Action) : !isAction(one.NotAction ?? [])) &&
    (one.Resource ? isResource(one.Resource) : !isResource(one.NotResource ?? []));
  if (!isAsked) return undefined;
  const concerned = concerns(one, request.principal);
  return concerned === "always" && !isMet(one, request) ? "perhaps" : concerned;
}

/** Whether a statement is about a principal. */
function concerns({ Effect, Principal, NotPrincipal }: Statement, asking: string): Certainty {
  if (NotPrincipal !== undefined) return "perhaps";
  const { AWS = [], Service = [] } = Principal === "*" ? { AWS: ["*"] } : (Principal ?? {});
  const isAccount = /^\d{12}$/.test(asking);
  const root = new RegExp(`^arn:aws[a-z-]*:iam::${asking}:root$`);
  const isNamed = isAccount
    ? AWS.some((each) => each === "*" || each === asking || root.test(each))
    : AWS.includes("*") || Service.some((each) => each.replace(/\.cn$/, "") === asking);
  if (isNamed) return "always";
  // A Deny may name a role that the stack has; an Allow to one leaves nothing to the others.
  return isAccount && Effect === "Deny" && AWS.length > 0 ? "perhaps" : undefined;
}

const operators = ["StringEquals", "StringLike", "ArnEquals", "ArnLike"];

const isMet = ({ Condition = {} }: Statement, { context = {} }: PolicyRequest): boolean =>
  Object.entries(Condition).every(
    ([operator, keys]) =>
      operators.includes(operator) &&
      Object.entries(keys).every(([key, patterns]) =>
        (valuesOf(key, context) ?? [undefined]).every(
          (value) => value !== undefined && patterns.some((each) => matchesPattern(each, value)),
        ),
      ),
  );

/** Condition keys have no case. */
const valuesOf = (key: string, context: NonNullable<PolicyRequest["context"]>) =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
