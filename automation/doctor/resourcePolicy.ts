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

/** A call that AWS judges by the policy of a resource, or by a policy of IAM. */
export interface PolicyRequest {
  /**
   * An account's number stands for whoever its IAM policies let; else a service, such as logs.eu-west-1.amazonaws.com.
   * Left out: the policy is one of IAM, which names nobody.
   */
  readonly principal?: string;
  readonly action: string;
  /** ARN, with `*` for what is not known of it. */
  readonly resource: string;
  /** What the request says by condition key, with `*` for what is not known of it. */
  readonly context?: Readonly<Record<string, string>>;
}

/** "perhaps": a condition, a list of exceptions or a name decides, which is not known here. */
export type Certainty = "always" | "perhaps" | undefined;

/** Whether the policy allows it; to an account: that it leaves it to IAM, without which a role's own policy grants nothing. */
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
  const isAsked = one.Action ? isAction(one.Action) : !isAction(one.NotAction ?? []);
  return weakest([
    isAsked ? "always" : undefined,
    one.Resource
      ? covers(one.Resource, resource)
      : opposite(covers(one.NotResource ?? [], resource)),
    concerns(one, request.principal),
    ...conditions(one, request),
  ]);
}

const weakest = (all: readonly Certainty[]): Certainty =>
  all.includes(undefined) ? undefined : all.includes("perhaps") ? "perhaps" : "always";

const opposites = { always: undefined, perhaps: "perhaps", never: "always" } as const;
const opposite = (certainty: Certainty): Certainty => opposites[certainty ?? "never"];

/** Whether the patterns are about a text, which may itself stand for several. */
function covers(patterns: readonly string[], text: string): Certainty {
  if (patterns.some((each) => matchesPattern(each, text))) return "always";
  const isPart = text.includes("*") && patterns.some((each) => matchesPattern(text, each));
  return isPart ? "perhaps" : undefined;
}

/** Whether a statement is about a principal. */
function concerns(
  { Effect, Principal, NotPrincipal }: Statement,
  asking: string | undefined,
): Certainty {
  if (asking === undefined) return "always";
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

const patternOperators = ["StringLike", "ArnEquals", "ArnLike"];

const conditions = ({ Condition = {} }: Statement, { context = {} }: PolicyRequest) =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) =>
      isMet(operator, values, contextValue(key, context)),
    ),
  );

function isMet(operator: string, values: readonly string[], value: string | undefined): Certainty {
  if (value === undefined) return "perhaps";
  if (patternOperators.includes(operator)) return covers(values, value);
  if (operator !== "StringEquals") return "perhaps";
  if (values.includes(value)) return "always";
  return value.includes("*") && values.some((each) => matchesPattern(value, each))
    ? "perhaps"
    : undefined;
}

/** Condition keys have no case. */
const contextValue = (key: string, context: NonNullable<PolicyRequest["context"]>) =>
  Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
