import type { Property } from "../kit/property";
import type { PortExposure } from "./portExposure";

/** What a resource opens, read from its properties. */
export type Reader = (resource: Property) => PortExposure[];

/** Readers by type token, e.g. `aws:lb/listener:Listener`. */
export type ExposureTable = Readonly<Record<string, Reader>>;

/** The same reader for one resource under every name that the AWS provider has or had it. */
export const aliases = (types: readonly string[], read: Reader): ExposureTable =>
  Object.fromEntries(types.map((type) => [type, read]));
