/** What the engine sends in a preview for a value that it does not know yet. */
const sentinels = require("@pulumi/policy/proxy") as Record<
  "unknownStringValue" | "unknownNumberValue" | "unknownArrayValue",
  string
>;

export const unknown = {
  string: sentinels.unknownStringValue,
  number: sentinels.unknownNumberValue,
  array: sentinels.unknownArrayValue,
} as const;

/** A resource as the engine sees it. */
export interface Resource {
  readonly name: string;
  readonly type: string;
  readonly props: object;
  /** Name of the component that it is in. */
  readonly parent?: string;
  /** By property: names of the resources that its value came from. */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

/** One resource for a resource rule, all of a stack for a stack rule. */
export type Subject = readonly Resource[];

/** What a rule must say of which subjects. */
export interface RuleCases {
  readonly good: readonly Subject[];
  readonly bad: readonly Subject[];
  /** As near to a violation as can be, and the nearest violation. */
  readonly boundary: { readonly good: readonly Subject[]; readonly bad: readonly Subject[] };
  /** Cannot be evaluated in a preview. */
  readonly unknown: readonly Subject[];
}

/** Cases by the name of their rule. */
export type CaseTable = Readonly<Record<string, RuleCases>>;

interface Written<Entry> {
  readonly good: readonly Entry[];
  readonly bad: readonly Entry[];
  readonly nearGood?: readonly Entry[];
  readonly nearBad?: readonly Entry[];
  readonly unknown?: readonly Entry[];
}

const cases = <Entry>(written: Written<Entry>, read: (entry: Entry) => Subject): RuleCases => ({
  good: written.good.map(read),
  bad: written.bad.map(read),
  boundary: {
    good: (written.nearGood ?? []).map(read),
    bad: (written.nearBad ?? []).map(read),
  },
  unknown: (written.unknown ?? []).map(read),
});

/** Cases of one type: each entry is laid over the base; one with a type of its own stands alone. */
export const on = (
  type: string,
  base: object,
  written: Written<object | readonly [string, object]>,
): RuleCases =>
  cases(written, (entry) =>
    Array.isArray(entry)
      ? [{ name: "it", type: entry[0], props: entry[1] }]
      : [{ name: "it", type, props: { ...base, ...entry } }],
  );

/** Cases of a stack rule. */
export const inStack = (written: Written<Subject>): RuleCases => cases(written, (stack) => stack);

export const resource = (
  name: string,
  type: string,
  props: object,
  dependsOn: Record<string, string[]> = {},
  parent?: string,
): Resource => ({ name, type, props, dependsOn, ...(parent ? { parent } : {}) });
