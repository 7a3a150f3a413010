import type { AccountStore, Inventory, Item } from "../../account/accountStore";
import type { LocalAccount } from "../../account/localAccount";
import type { Account } from "./account";
import type { CheckFailure } from "./checkFailure";
import type { Inputs } from "./inputs";
import type { NameRule } from "./nameRule";
import type { Properties } from "./wire";

/** One row of a package's table: what the generic provider has to know about a resource type. */
export interface ResourceType {
  /** Known inputs, separated by white space; "!" marks a required one. */
  readonly inputs: string;
  /** Inputs whose change replaces the resource, separated by white space. */
  readonly replaceOnChanges: string;
  /** Filled in by Check, as the official provider fills in the defaults of its schema. */
  readonly defaults?: Properties;
  /** Which names AWS accepts. */
  readonly naming?: NameRule;
  /** Exists in the state only, not in the account. */
  readonly logical?: true;
  /** Names of the initial outputs, for previews of a type whose `initialOutputs` is slow or needs known inputs. */
  readonly previewOutputs?: string;
  /** Checks the inputs alone; runs in previews too. */
  checkFailures?(inputs: Inputs): CheckFailure[];
  /** Inputs that the provider compares with what it has read of the resource, not with the previous inputs. */
  readonly comparedWithOutputs?: readonly string[];
  /** Names of the properties whose change replaces the resource in this case only. */
  replaces?(olds: Inputs, news: Inputs): string[];
  /** Outputs that have become wrong although no input changed, such as those of an expired certificate. */
  staleOutputs?(news: Inputs, outputs: Inputs): string[];
  /**
   * The id and the outputs that creation fixes. In the preview of a create, unknown inputs read as undefined and only the
   * names of the result are used: all values are unknown then.
   */
  initialOutputs(
    inputs: Inputs,
    account: Account,
    inventory: Inventory,
  ): InitialOutputs | Promise<InitialOutputs>;
  /**
   * Outputs that follow from the inputs and the other outputs; computed on create and on each update, which passes the
   * old inputs. In a preview, an output made from an unknown value is unknown.
   */
  computedOutputs?(inputs: Inputs, outputs: Inputs, account: Account, olds?: Inputs): Properties;
  /** Before a create or an update; `self` is undefined on a create. @throws AwsError when the account refuses it. */
  validate?(
    inputs: Inputs,
    inventory: Inventory,
    self: Item | undefined,
    account: LocalAccount,
  ): void;
  /** @throws AwsError when the resource cannot be deleted in the account's present state. */
  validateDelete?(self: Item, inventory: Inventory): void;
  /**
   * Waits after an update until the resource is stable; runs outside the transaction, as it may take minutes. `isChanged`
   * is false when the engine only repeats an update that has failed. Returns the outputs that differ, and the reason of a failure.
   */
  settle?(
    self: Item,
    isChanged: boolean,
    store: AccountStore,
  ): Promise<{ readonly outputs?: Properties; readonly failure?: string }>;
  /** Changes other items after a create, an update or a delete (then `isDeleted`). */
  onChanged?(self: Item, inventory: Inventory, isDeleted: boolean): void;
}

export interface InitialOutputs extends Properties {
  readonly id: string;
}

/** Resource types by token. */
export type ResourceTypes = Readonly<Record<string, ResourceType>>;
