import type { Operation } from "../../../automation/permissions/row";
import type { Cloud } from "../../account/accountStore";
import type { Account } from "./account";
import type { Inputs } from "./inputs";
import type { Fault, ResourceTypes } from "./resourceType";
import type { Properties } from "./wire";

/** A read-only question to the provider; throws a Refusal like AWS would. */
export type Invoke = (args: Inputs, account: Account, cloud: Cloud) => Properties;

/** What one provider executable serves. */
export interface Package {
  readonly name: string;
  /** Version of the official package that it stands in for. */
  readonly version: string;
  readonly types: ResourceTypes;
  readonly invokes: Readonly<Record<string, Invoke>>;
  /** Throws a Refusal when the caller may not do an operation on a resource, or ask a function. */
  authorize?(
    token: string,
    operation: Operation,
    properties: Properties,
    account: Account,
    root: string,
  ): void;
  /** Judges the provider's configuration. */
  configFaults?(config: Properties): Fault[];
}
