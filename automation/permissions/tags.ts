/** Conditions on the tags `Project` and `Stack`, which all that takes tags has. */
import type { Settings } from "../../config";
import type { Condition } from "./condition";

/** How a call is held to the stack by tags. */
export type TagUse =
  /** The call makes something, and gives it the stack's tags. */
  | "given"
  /** What the call touches carries the stack's tags. */
  | "carried"
  /**
   * The call gives the stack's tags to what no stack's tags are on. For services that cannot tell tags that are given to
   * something new from others.
   */
  | "claimed";

export const tagCondition = (use: TagUse, settings: Settings): Condition =>
  ({
    given: { StringEquals: keysOf("aws:RequestTag", settings) },
    carried: { StringEquals: keysOf("aws:ResourceTag", settings) },
    claimed: {
      StringEquals: keysOf("aws:RequestTag", settings),
      Null: { "aws:ResourceTag/Stack": "true" },
    },
  })[use];

const keysOf = (key: string, { tags }: Settings) => ({
  [`${key}/Project`]: tags.Project ?? "",
  [`${key}/Stack`]: tags.Stack ?? "",
});
