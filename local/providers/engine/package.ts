import type { Operation } from "../../../automation/permissions/row";
import type { AccountStore } from "../../account/accountStore";
import type { Account } from "./account";
import type { CheckFailure } from "./checkFailure";
import type { Inputs } from "./inputs";
import type { ResourceTypes } from "./resourceType";
import type { Properties, Value } from "./wire";

/** A data source (Pulumi: invoke). @throws AwsError when AWS would refuse the call. */
export type Invoke = (args: Inputs, account: Account, store: AccountStore) => Properties;

/** What one provider executable serves. */
export interface Package {
  readonly name: string;
  /** Version of the official package that it stands in for. */
  readonly version: string;
  readonly types: ResourceTypes;
  readonly invokes: Readonly<Record<string, Invoke>>;
  /** @throws AwsError when the operator may not do the operation on the resource, or call the data source. */
  authorize?(
    token: string,
    operation: Operation,
    properties: Properties,
    account: Account,
    root: string,
  ): void;
  /** Checks the tags of a resource, the provider's default tags included. */
  checkTags?(token: string, tagsAll: Value | undefined): CheckFailure[];
  /** Checks the configuration of the provider. */
  checkConfig?(config: Properties): CheckFailure[];
}
