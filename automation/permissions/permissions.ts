import type { Settings } from "../../config";
import { arnOf } from "./arn";
import { calls } from "./calls";
import { bothConditions, type Condition } from "./condition";
import { network } from "./network";
import type { Grant, Place, Row, Rows } from "./row";
import { services } from "./services";
import { storage } from "./storage";
import { tagCondition } from "./tags";

/**
 * What the provider calls for each resource type and function of the program. Only some of it was read in the source of
 * terraform-provider-aws, on which Pulumi's rests, and none of it was tried on AWS. Tests compare actions, resources, condition keys and the
 * use of `*` with the Service Authorization Reference:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html
 */
export const rows: Rows = { ...network, ...services, ...storage, ...calls };

/** Actions that a deployment needs on the same resources. */
export interface Permission {
  readonly actions: readonly string[];
  /** ARNs with `*` for any characters; "*" alone for actions that know no resources. */
  readonly resources: readonly string[];
  readonly condition?: Condition;
}

/** The permissions that the deployer of a stack needs. */
export const permissionsOf = (settings: Settings, place: Place): Permission[] =>
  permissionsIn(rows, settings, place);

/** Those that a table names for a stack, one for each set of resources and conditions. */
export function permissionsIn(table: Rows, settings: Settings, place: Place): Permission[] {
  const permissions = new Map<string, Permission & { readonly actions: string[] }>();
  for (const grant of rowsFor(table, settings).flatMap(({ grants }) => grants)) {
    if (grant.neededFor?.(settings) === false) continue;
    const resources = resourcesOf(grant, settings, place);
    const condition = conditionOf(grant, settings, place);
    const key = JSON.stringify([grant.service, resources, condition]);
    const known = permissions.get(key) ?? {
      actions: [],
      resources,
      ...(Object.keys(condition).length > 0 ? { condition } : {}),
    };
    known.actions.push(...Object.values(grant.actions).flatMap((names) => actionsOf(grant, names)));
    permissions.set(key, known);
  }
  return [...permissions.values()].map(({ actions, ...rest }) => ({
    actions: [...new Set(actions)].sort(),
    ...rest,
  }));
}

const conditionOf = (grant: Grant, settings: Settings, place: Place): Condition =>
  bothConditions(
    grant.tags === undefined ? {} : tagCondition(grant.tags, settings),
    grant.condition?.(settings, place) ?? {},
  );

const rowsFor = (table: Rows, settings: Settings): Row[] =>
  Object.values(table).filter(({ neededFor = () => true }) => neededFor(settings));

export const actionsOf = ({ service }: Grant, names = ""): string[] =>
  names
    .split(/\s+/)
    .filter(Boolean)
    .map((name) => `${service}:${name}`);

function resourcesOf(grant: Grant, settings: Settings, place: Place): string[] {
  if (grant.on === undefined) return ["*"];
  const given = grant.arns?.(settings, place) ?? [];
  if (given.length > 0) return [...given];
  const names = grant.names?.(settings) ?? ["*"];
  const ends = grant.on.flatMap((end) => names.map((name) => end.replace(/\{[\w*]+\}/, name)));
  return [...new Set(ends)].map((end) => arnOf(grant.service, end, place));
}
