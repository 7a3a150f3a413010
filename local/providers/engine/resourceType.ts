import type { Cloud, Inventory, Item } from "../../account/accountStore";
import type { LocalAccount } from "../../account/localAccount";
import type { NameRule } from "../aws/names";
import type { Account } from "./account";
import type { Inputs } from "./inputs";
import type { Properties } from "./wire";

/** What is wrong with one property; `reason` starts with AWS's error code where AWS has one. */
export interface Fault {
  readonly property: string;
  readonly reason: string;
}

/** One row of a package's table: what the generic provider has to know about a resource type. */
export interface ResourceType {
  /** Known inputs, separated by white space; "!" marks a required one. */
  readonly inputs: string;
  /** Inputs whose change replaces the resource, separated by white space. */
  readonly replaceOn: string;
  /** Filled in by Check, as the real provider does for defaults of its schema. */
  readonly defaults?: Properties;
  /** What AWS takes as its name. */
  readonly naming?: NameRule;
  /** Exists in the state only, not in the account. */
  readonly logical?: true;
  /** Names of what `identity` makes, when it cannot run on unknown inputs or is slow. */
  readonly computed?: string;
  /** Judges the inputs alone; runs in previews too. */
  faults?(inputs: Inputs): Fault[];
  /** Inputs that the provider compares with what it has read of the resource, not with the inputs before. */
  readonly comparedWithOutputs?: readonly string[];
  /** Changes that replace the resource only in certain cases; names of the properties. */
  replaces?(olds: Inputs, news: Inputs): string[];
  /** Outputs that no longer hold although no input changed, such as an expired certificate's. */
  stale?(news: Inputs, outputs: Inputs): string[];
  /**
   * What is made once, with the resource. All of it is unknown in the preview of a create, in which
   * unknown inputs read as undefined; only the names count then.
   */
  identity(inputs: Inputs, account: Account, inventory: Inventory): Identity | Promise<Identity>;
  /**
   * What follows from the inputs and the outputs so far, again on each update (then with the old
   * inputs). In a preview, what is made from an unknown value is unknown.
   */
  derived?(inputs: Inputs, outputs: Inputs, account: Account, olds?: Inputs): Properties;
  /** Throws a Refusal when the account cannot take the resource in; `self` is undefined on a create. */
  refuse?(
    inputs: Inputs,
    inventory: Inventory,
    self: Item | undefined,
    account: LocalAccount,
  ): void;
  /** Throws a Refusal when the resource cannot be deleted now. */
  refuseDelete?(self: Item, inventory: Inventory): void;
  /**
   * Waits, after an update, until the resource is what it should be; outside the transaction, as it may take long. `isChanged` is
   * false when the engine only repeats an update that has failed. Answers outputs that differ, and why it failed.
   */
  settle?(
    self: Item,
    isChanged: boolean,
    cloud: Cloud,
  ): Promise<{ readonly outputs?: Properties; readonly failure?: string }>;
  /** Changes other items after a create, an update or a delete ("gone"). */
  afterwards?(self: Item, inventory: Inventory, gone: boolean): void;
}

export interface Identity extends Properties {
  readonly id: string;
}

/** Resource types by token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;

/** What the cloud answers when it will not do something, with AWS's own error code. */
export class Refusal extends Error {
  constructor(code: string, text: string) {
    super(`${code}: ${text}`);
    this.name = "Refusal";
  }
}

type Check = Fault | false | undefined;

/** Keeps the faults among the results of checks. */
export const faultsIn = (...checks: readonly Check[]): Fault[] =>
  checks.filter((check): check is Fault => typeof check === "object");

/** A fault when `wrong` holds; `code` and `text` as AWS words them. */
export const fault = (wrong: boolean, property: string, code: string, text: string): Check =>
  wrong && { property, reason: `${code}: ${text}` };

/** A fault when the value is known and not among the allowed ones. */
export const notAmong = (
  inputs: Inputs,
  property: string,
  code: string,
  allowed: readonly (string | number)[],
): Check => {
  const value = inputs.number(property) ?? inputs.text(property);
  return fault(
    value !== undefined && !allowed.includes(value),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${allowed.join(", ")}`,
  );
};

/** A fault when the number is known and out of bounds. */
export const notBetween = (
  inputs: Inputs,
  property: string,
  code: string,
  [least, most]: readonly [number, number],
): Check => {
  const value = inputs.number(property);
  return fault(
    value !== undefined && !(value >= least && value <= most),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${least} to ${most}`,
  );
};

/** A fault when the text is known and does not match. */
export const notMatching = (
  inputs: Inputs,
  property: string,
  code: string,
  pattern: RegExp,
  allowed: string,
): Check => {
  const value = inputs.text(property);
  return fault(
    value !== undefined && !pattern.test(value),
    property,
    code,
    `"${property}" is ${inputs.shown(property)}; allowed: ${allowed}`,
  );
};
