import { parseJson } from "../../shared/parse";
import type { Format } from "./formats";

/** AWS takes 50 tags; the rest is for this program's, the pack's waivers and those that ECS adds. */
const maxTags = 40;

/** Of a key and a value, in characters. The API models of all services that this program tags have these. */
const [maxKeyLength, maxValueLength] = [128, 256];

/** The characters that every service takes; Elastic Load Balancing and ECS ask for no spaces at the ends. */
const allowedText = /^(?!\p{Zs})[\p{L}\p{N}\p{Zs}_.:/=+@-]*(?<!\p{Zs})$/u;

/** What this program says in tags of its own, and what AWS and the policy pack take orders from. */
const reservedKey = /^(Name|Project|Stack|Environment|aws:.*|policy-waiver:.*)$/i;

/** ECS and Elastic Load Balancing keep the prefix for AWS in values as well. */
const reservedValue = /^aws:/i;

/**
 * Tags as Pulumi hands them over, a JSON object. `pulumi config set --path` turns 4711 and true into a number and a
 * boolean, so these are taken as the text that they were. All tags are refused with the first bad one.
 */
export const tags: Format<Readonly<Record<string, string>>> = {
  allowed:
    `up to ${maxTags} tags, keys up to ${maxKeyLength} and values up to ${maxValueLength} letters, digits, spaces ` +
    "inside and _.:/=+@-; keys that differ in more than case, as IAM knows none; " +
    "not Name, Project, Stack, Environment, aws:... or policy-waiver:...",
  read: (text) => {
    const map = parseJson(text);
    if (typeof map !== "object" || map === null || Array.isArray(map)) return undefined;
    const entries = Object.entries(map).map(([key, value]): [string, string] => [
      key,
      ["string", "number", "boolean"].includes(typeof value) ? String(value) : "\n",
    ]);
    const distinctKeys = new Set(entries.map(([key]) => key.toLowerCase()));
    const good =
      entries.length <= maxTags &&
      distinctKeys.size === entries.length &&
      entries.every(([key, value]) => isKey(key) && isValue(value));
    return good ? Object.fromEntries(entries) : undefined;
  },
};

const isKey = (key: string): boolean =>
  key !== "" && isText(key, maxKeyLength) && !reservedKey.test(key);

const isValue = (value: string): boolean =>
  isText(value, maxValueLength) && !reservedValue.test(value);

const isText = (text: string, maxLength: number): boolean =>
  [...text].length <= maxLength && allowedText.test(text);
