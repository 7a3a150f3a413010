import type { Property } from "../kit/property";
import type { Opening } from "./opening";

/** What a resource opens, read from its properties. */
export type Reader = (resource: Property) => Opening[];

/** Readers by type token, e.g. `aws:lb/listener:Listener`. */
export type OpeningTable = Readonly<Record<string, Reader>>;

/** The same reader for one resource under every module that the AWS provider has or had it in. */
export function inModules(
  modules: readonly string[],
  resource: string,
  read: Reader,
): Record<string, Reader> {
  const file = resource.charAt(0).toLowerCase() + resource.slice(1);
  return Object.fromEntries(modules.map((module) => [`aws:${module}/${file}:${resource}`, read]));
}
