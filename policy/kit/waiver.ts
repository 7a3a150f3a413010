import type { Property } from "./property";

/** An exemption of one resource from one rule, until a day. */
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
const howToTag = `write the tag as "until YYYY-MM-DD: reason", with a reason of ${shortestReason} letters or more`;

const dayAfter = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** Today in UTC, as YYYY-MM-DD. */
export const today = (): string => dayAfter(0);

/** What a waiver may say. */
export interface WaiverLimits {
  /** Names of the rules that can be waived. */
  readonly rules: ReadonlySet<string>;
  /** How far ahead its last day may lie. */
  readonly maximumDays: number;
}

/**
 * Waivers in the tags of a resource, e.g. `policy-waiver:public-ports` = `until 2027-06-30: radio site without VPN`.
 */
export function waiversInTags(tags: Property, limits: WaiverLimits): FoundWaiver[] {
  return tags
    .entries()
    .filter(({ key }) => key.text().startsWith(waiverTagPrefix))
    .map(({ key, value }) => {
      const rule = key.text().slice(waiverTagPrefix.length);
      const [, expires = "", reason = ""] = tagForm.exec(value.text()) ?? [];
      return checked({ rule, expires, reason }, limits, "by a tag");
    });
}

/** Waivers of the configuration that are meant for a resource. */
export const waiversInConfiguration = (
  configured: readonly ConfiguredWaiver[],
  { urn, name }: { urn: string; name: string },
  limits: WaiverLimits,
): FoundWaiver[] =>
  configured
    .filter(({ resource }) => resource === urn || resource === name)
    .map(({ rule, reason, expires }) => checked({ rule, reason, expires }, limits, "at all"));

function checked(waiver: Waiver, limits: WaiverLimits, how: string): FoundWaiver {
  return { ...waiver, fault: faultOf(waiver, limits, how) };
}

function faultOf({ rule, reason, expires }: Waiver, limits: WaiverLimits, how: string) {
  if (!limits.rules.has(rule)) return `there is no rule "${rule}" that can be waived ${how}`;
  // Letters and digits: ten dots or ten characters without width are no reason.
  const said = reason.match(/[\p{L}\p{N}]/gu) ?? [];
  if (!isDay(expires) || said.length < shortestReason) {
    return `the waiver of "${rule}" lacks an expiry date or a reason: ${howToTag}`;
  }
  if (expires < today()) return `the waiver of "${rule}" expired on ${expires}`;
  const last = dayAfter(limits.maximumDays);
  if (expires > last) {
    return `the waiver of "${rule}" holds until ${expires}; its last day can be ${last} at most`;
  }
  return undefined;
}

const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  !Number.isNaN(Date.parse(text)) &&
  new Date(text).toISOString().startsWith(text);
