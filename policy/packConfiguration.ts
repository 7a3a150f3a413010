import type { EnforcementLevel } from "@pulumi/policy";
import type { ConfiguredWaiver } from "./kit/waiver";
import type { rules } from "./rules";

type Rules = (typeof rules)[number];
export type RuleName = Rules["name"];

/** What a rule lets be configured besides its level. */
type SettingsOf<Name extends RuleName> =
  Extract<Rules, { name: Name }> extends { config?: { defaults: infer Config } } ? Config : object;

/** The level must be stated: the engine takes a rule with properties and without a level for advisory. */
type RuleConfiguration<Name extends RuleName> =
  | EnforcementLevel
  | ({ readonly enforcementLevel: EnforcementLevel } & Partial<SettingsOf<Name>>);

interface TypedWaiver extends ConfiguredWaiver {
  readonly rule: RuleName;
}

/** The content of a file for `--policy-pack-config`. */
export type PackConfiguration = { readonly [Name in RuleName]?: RuleConfiguration<Name> } & {
  readonly all?: EnforcementLevel;
  readonly waivers?: {
    readonly enforcementLevel: "advisory";
    readonly waivers?: readonly TypedWaiver[];
    readonly tags?: boolean;
    readonly maximumDays?: number;
  };
};

/** JSON for `--policy-pack-config`. A misspelt rule, level or property does not compile. */
export const packConfiguration = (configuration: PackConfiguration): string =>
  `${JSON.stringify(configuration, null, 2)}\n`;
