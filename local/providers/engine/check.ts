import { createHash, randomBytes } from "node:crypto";
import type { CheckFailure } from "./checkFailure";
import { Inputs } from "./inputs";
import { type NameRule, nameProblem } from "./nameRule";
import type { ResourceType } from "./resourceType";
import { isList, isObject, isSecret, type Properties, plain, secret, type Value } from "./wire";

export interface CheckArgs {
  /** Name of the resource in the program. */
  readonly name: string;
  readonly olds: Properties;
  readonly news: Properties;
  /** The same in the preview and the update that follows it. */
  readonly randomSeed: Uint8Array;
  readonly defaultTags: Properties;
}

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/** Fills in defaults, the automatic name and tags; returns the inputs with all failures. */
export function check(type: ResourceType, args: CheckArgs): Checked {
  const declared = type.inputs.trim().split(/\s+/);
  const known = new Set(declared.map((name) => name.replace("!", "")));
  const news = Object.fromEntries(
    Object.entries(args.news).filter(([, value]) => value !== null && value !== undefined),
  );
  const failures: CheckFailure[] = [
    ...Object.keys(news)
      .filter((name) => !known.has(name) && name !== "__defaults" && name !== "tagsAll")
      .map((property) => ({
        property,
        reason: `"${property}" is not an input; known are ${[...known].join(", ")}`,
      })),
    ...declared
      .filter((name) => name.endsWith("!") && !(name.slice(0, -1) in news))
      .map((name) => ({
        property: name.slice(0, -1),
        reason: `"${name.slice(0, -1)}" is required but not set`,
      })),
  ];

  const defaults = defaultsFor(type, args, news, failures);
  const inputs: Record<string, Value> = { ...news, ...defaults };
  delete inputs.tagsAll;
  if (known.has("tags")) {
    addTags(inputs, args.defaultTags);
  }
  // A missing or unknown input would fail further rules and hide the cause, so rules check complete inputs only.
  failures.push(...(failures.length > 0 ? [] : brokenRules(type, new Inputs(inputs))));
  return { inputs: { ...inputs, __defaults: Object.keys(defaults).sort() }, failures };
}

function brokenRules({ naming, checkFailures }: ResourceType, inputs: Inputs): CheckFailure[] {
  return [...(naming ? nameFailures(naming, inputs) : []), ...(checkFailures?.(inputs) ?? [])];
}

function nameFailures(rule: NameRule, inputs: Inputs): CheckFailure[] {
  const { property } = rule;
  const name = inputs.text(property);
  if (name === undefined) return [];
  const reason = nameProblem(rule, name, inputs.shown(property).replace(/^"|"$/g, ""));
  return reason === undefined ? [] : [{ property, reason }];
}

function defaultsFor(
  type: ResourceType,
  args: CheckArgs,
  news: Properties,
  failures: CheckFailure[],
): Properties {
  const defaults = Object.fromEntries(
    Object.entries(type.defaults ?? {}).filter(([name]) => !(name in news)),
  );
  const { naming } = type;
  if (!naming?.automatic) {
    return defaults;
  }
  const { property, maxLength } = naming;
  if (property in news || `${property}Prefix` in news) {
    return defaults;
  }
  const kept = isDefaulted(args.olds, property) ? args.olds[property] : undefined;
  const name = kept ?? automaticName(naming, args);
  if (typeof name === "string" && name.length > maxLength) {
    failures.push({
      property,
      reason:
        `name "${args.name}" plus 7 random characters is longer than maximum length ` +
        `${maxLength}: set "${property}" or shorten the resource's name`,
    });
  }
  return { ...defaults, [property]: name };
}

function automaticName(rule: NameRule, args: CheckArgs): string {
  const base = rule.lowerCase ? args.name.toLowerCase() : args.name;
  const digits =
    args.randomSeed.length > 0
      ? createHash("sha256").update(args.randomSeed).digest("hex")
      : randomBytes(4).toString("hex");
  return `${base}-${digits.slice(0, 7)}`;
}

/** True when Check, not the program, chose the property's value. */
export const isDefaulted = (inputs: Properties, name: string): boolean =>
  isList(inputs.__defaults) && inputs.__defaults.includes(name);

/** tagsAll = the provider's default tags under the resource's own, as the real provider's Check does. */
function addTags(inputs: Record<string, Value>, defaultTags: Properties): void {
  const { tags = {} } = inputs;
  if (isSecret(tags)) {
    inputs.tagsAll = secret({ ...defaultTags, ...(plain(tags) as Properties) });
  } else if (!isObject(tags)) {
    inputs.tagsAll = tags;
  } else if (Object.keys({ ...defaultTags, ...tags }).length > 0) {
    inputs.tagsAll = { ...defaultTags, ...tags };
  }
}

/** The tags of `aws:defaultTags`, which arrives as an object or as its JSON text. */
export function defaultTagsOf(config: Value | undefined): Properties {
  const value = plain(config ?? null);
  const parsed: Value = typeof value === "string" && value !== "" ? JSON.parse(value) : value;
  const tags = isObject(parsed) ? parsed.tags : undefined;
  return isObject(tags) ? tags : {};
}
