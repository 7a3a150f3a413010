import type { Property } from "../kit/property";
import type { Opening } from "./portExposure";

/** What a resource opens, read from its properties. */
export type Reader = (resource: Property) => Opening[];

/** Readers by type token, e.g. `aws:lb/listener:Listener`. */
export type OpeningTable = Readonly<Record<string, Reader>>;

/** The same reader for one resource under every name that the AWS provider has or had it. */
export const readAlike = (types: readonly string[], read: Reader): OpeningTable =>
  Object.fromEntries(types.map((type) => [type, read]));
