import type { Property } from "./property";

/** Somebody's word that one rule need not hold for one resource until a day. */
export interface Waiver {
  readonly rule: string;
  readonly reason: string;
  /** Last day on which it holds, as YYYY-MM-DD in UTC. */
  readonly expires: string;
}

/** A waiver from the pack's configuration: `resource` is a URN, or a name in the program. */
export interface ConfiguredWaiver extends Waiver {
  readonly resource: string;
}

/** A waiver that was found, with what is wrong with it. */
export interface FoundWaiver extends Waiver {
  /** Why it does not count; undefined when it does. */
  readonly fault?: string | undefined;
}

export const waiverTagPrefix = "policy-waiver:";

const tagForm = /^until (\d{4}-\d{2}-\d{2}): (.*)$/s;
const shortestReason = 10;
const howToTag = `write the tag as "until YYYY-MM-DD: reason", with a reason of ${shortestReason} characters or more`;

/** Today in UTC, as YYYY-MM-DD. */
export const today = (): string => new Date().toISOString().slice(0, 10);

/** Waivers in the tags of a resource, e.g. `policy-waiver:public-ports` = `until 2027-06-30: radio site without VPN`. */
export function waiversInTags(tags: Property, rules: ReadonlySet<string>): FoundWaiver[] {
  return tags
    .entries()
    .filter(({ key }) => key.text().startsWith(waiverTagPrefix))
    .map(({ key, value }) => {
      const rule = key.text().slice(waiverTagPrefix.length);
      const [, expires = "", reason = ""] = tagForm.exec(value.text()) ?? [];
      return judged({ rule, expires, reason }, rules);
    });
}

/** Waivers of the configuration that are meant for a resource. */
export const waiversInConfiguration = (
  configured: readonly ConfiguredWaiver[],
  { urn, name }: { urn: string; name: string },
  rules: ReadonlySet<string>,
): FoundWaiver[] =>
  configured
    .filter(({ resource }) => resource === urn || resource === name)
    .map(({ rule, reason, expires }) => judged({ rule, reason, expires }, rules));

function judged(waiver: Waiver, rules: ReadonlySet<string>): FoundWaiver {
  return { ...waiver, fault: faultOf(waiver, rules) };
}

function faultOf({ rule, reason, expires }: Waiver, rules: ReadonlySet<string>) {
  if (!rules.has(rule)) return `there is no rule "${rule}" that can be waived`;
  if (!isDay(expires) || reason.trim().length < shortestReason) {
    return `the waiver of "${rule}" lacks an expiry date or a reason: ${howToTag}`;
  }
  if (expires < today()) return `the waiver of "${rule}" expired on ${expires}`;
  return undefined;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);
