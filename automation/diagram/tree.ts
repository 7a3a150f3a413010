import type { StackResource } from "../stackResources";
import { isDrawn } from "./nodes";

/** Resources by the component that they are in. */
export interface ComponentTree {
  /** The components with something to draw in them. */
  readonly groups: readonly StackResource[];
  /** The nearest of them around a resource; undefined for what is in none. */
  readonly ownerOf: (urn: string) => StackResource | undefined;
  /** Resources by the URN of their owner, "" for those without. */
  readonly content: ReadonlyMap<string, readonly StackResource[]>;
}

export function componentTree(resources: readonly StackResource[]): ComponentTree {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const around = (urn: string): StackResource[] => {
    const parent = byUrn.get(byUrn.get(urn)?.parent ?? "");
    return parent ? [parent, ...around(parent.urn)] : [];
  };
  const real = resources.filter(({ custom }) => custom);
  const filled = new Set(real.filter(isDrawn).flatMap(({ urn }) => around(urn)));
  const groups = resources.filter((resource) => isComponent(resource) && filled.has(resource));
  const ownerOf = (urn: string) => around(urn).find((parent) => groups.includes(parent));
  const content = new Map<string, StackResource[]>();
  for (const resource of real) {
    const owner = ownerOf(resource.urn)?.urn ?? "";
    content.set(owner, [...(content.get(owner) ?? []), resource]);
  }
  return { groups, ownerOf, content };
}

/** Components of packages such as awsx are part of the component that uses them. */
const isComponent = ({ custom, type }: StackResource): boolean =>
  !custom && !/^(pulumi|awsx):/.test(type);
