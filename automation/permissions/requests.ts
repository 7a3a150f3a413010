import { arnOf } from "./arn";
import { actionsOf, rows } from "./permissions";
import type { Grant, Operation, Place } from "./row";

type Tags = Readonly<Record<string, unknown>>;

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
 *
 * @param tagsOf tags of another resource, by its id or ARN.
 */
export function requestsOf(
  token: string,
  operation: Operation,
  properties: Readonly<Record<string, unknown>>,
  place: Place,
  tagsOf: (id: string) => Tags,
): IamRequest[] | undefined {
  return rows[token]?.grants
    .filter(({ neededFor }) => neededFor === undefined)
    .flatMap((grant) => {
      // Providers read what they have made.
      const operations: Operation[] = operation === "create" ? ["create", "read"] : [operation];
      const actions = operations.flatMap((name) => actionsOf(grant, grant.actions[name]));
      const { resource, tags } = resourceOf(grant, properties, place, tagsOf);
      const context = { ...tagContext(grant, tags), ...contextOf(grant, properties) };
      return actions.map((action) => ({ action, resource, context }));
    });
}

/** The resource itself, or the one that a property names, with its tags. */
function resourceOf(
  grant: Grant,
  properties: Readonly<Record<string, unknown>>,
  place: Place,
  tagsOf: (id: string) => Tags,
): { readonly resource: string; readonly tags: Tags } {
  const tags = (properties.tagsAll ?? properties.tags ?? {}) as Tags;
  const [end] = grant.on ?? [];
  if (end === undefined) return { resource: "*", tags };
  const [kind = ""] = /^[a-z-]*[/:]?/.exec(end) ?? [];
  const own = String(properties.arn ?? "");
  if (kind !== "" && own.startsWith(arnOf(grant.service, kind, place))) {
    return { resource: own, tags };
  }
  const [, property = "*"] = /\{([\w*]+)\}/.exec(end) ?? [];
  const value = String(properties[property] ?? "any");
  const resource = value.startsWith("arn:")
    ? value
    : arnOf(grant.service, end.replace(`{${property}}`, value), place);
  const isOwn = resource === own || ["*", "id"].includes(property);
  return { resource, tags: isOwn ? tags : tagsOf(value) };
}

/** Of what is made no tags are known yet but those of the request. */
const tagContext = ({ tags: use }: Grant, tags: Tags): Record<string, string> =>
  use === undefined ? {} : keyed(use === "carried" ? "aws:resourcetag" : "aws:requesttag", tags);

const keyed = (key: string, tags: Tags): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).map(([tag, value]) => [`${key}/${tag.toLowerCase()}`, String(value)]),
  );

function contextOf(
  { service, passedTo, createAction }: Grant,
  { permissionsBoundary, name, type }: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return {
    ...(createAction === undefined ? {} : { [`${service}:createaction`]: createAction }),
    ...(passedTo === undefined ? {} : { "iam:passedtoservice": passedTo }),
    ...(permissionsBoundary === undefined
      ? {}
      : { "iam:permissionsboundary": String(permissionsBoundary) }),
    ...(service === "route53"
      ? {
          "route53:changeresourcerecordsetsnormalizedrecordnames": String(name).replace(/\.$/, ""),
          "route53:changeresourcerecordsetsrecordtypes": String(type),
        }
      : {}),
  };
}
