import { actionsOf, arnOf, rows } from "./permissions";
import type { Grant, Operation, Place } from "./row";

/** A call as IAM judges it. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  /** By condition key in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/**
 * The calls for which an operation on a resource, or a function, asks IAM; undefined for a type that has no row. Calls that
 * only some settings need are left out.
 */
export function requestsOf(
  token: string,
  operation: Operation,
  properties: Readonly<Record<string, unknown>>,
  place: Place,
): IamRequest[] | undefined {
  return rows[token]?.grants
    .filter(({ neededFor }) => neededFor === undefined)
    .flatMap((grant) => {
      // Providers read what they have made.
      const operations: Operation[] = operation === "create" ? ["create", "read"] : [operation];
      const actions = operations.flatMap((name) => actionsOf(grant, grant.actions[name]));
      return actions.map((action) => ({
        action,
        resource: resourceOf(grant, properties, place),
        context: contextOf(grant, properties),
      }));
    });
}

/** The resource itself, or the one that a property names. */
function resourceOf(grant: Grant, properties: Readonly<Record<string, unknown>>, place: Place) {
  const [end] = grant.on ?? [];
  if (end === undefined) return "*";
  const [kind = ""] = /^[a-z-]*/.exec(end) ?? [];
  const own = String(properties.arn ?? "");
  if (own.startsWith(arnOf(grant.service, kind, place)) && kind !== "") return own;
  const [, property = ""] = /\{([\w*]+)\}/.exec(end) ?? [];
  const value = String(properties[property] ?? "any");
  if (value.startsWith("arn:")) return value;
  return arnOf(grant.service, end.replace(`{${property}}`, value), place);
}

function contextOf(grant: Grant, properties: Readonly<Record<string, unknown>>) {
  const tags = (properties.tagsAll ?? properties.tags ?? {}) as Readonly<Record<string, unknown>>;
  const { permissionsBoundary, name } = properties;
  return {
    ...Object.fromEntries(
      Object.entries(tags).map(([tag, value]) => [
        `aws:resourcetag/${tag.toLowerCase()}`,
        String(value),
      ]),
    ),
    ...(grant.passedTo === undefined ? {} : { "iam:passedtoservice": grant.passedTo }),
    ...(permissionsBoundary === undefined
      ? {}
      : { "iam:permissionsboundary": String(permissionsBoundary) }),
    ...(grant.service === "route53"
      ? { "route53:changeresourcerecordsetsnormalizedrecordnames": String(name).replace(/\.$/, "") }
      : {}),
  };
}
