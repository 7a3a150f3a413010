import type { StackResource, StackResources } from "../stackResources";
import { edgesOf, outsideIds } from "./edges";
import type { Diagram, DiagramGroup, DiagramNode } from "./model";
import { type Drawn, isDrawn, nodeId, nodesOf, taskSize, taskType } from "./nodes";
import { type ComponentTree, componentTree } from "./tree";
import { capital, plural, typeName } from "./typeNames";

const outside: readonly DiagramNode[] = [
  {
    id: outsideIds.clients,
    kind: "people",
    lines: ["Clients", "cameras, drones, OBS", "CloudTAK, browsers,", "VLC, ATAK"],
  },
  { id: outsideIds.cloudtak, kind: "system", lines: ["CloudTAK", "decides who may"] },
  { id: outsideIds.mail, kind: "people", lines: ["Operator", "alarm mail"] },
];

/**
 * The graph of a stack: a group for each component, the way of media and of decisions, and what they use. Names that
 * differ from deployment to deployment stand nowhere in it, so equal programs make equal diagrams.
 */
export function diagramOf({ stack, region, resources }: StackResources): Diagram {
  const sorted = [...resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const tree = componentTree(sorted);
  const nodes = new Map([...tree.content].map(([owner, own]) => [owner, nodesOf(own)]));
  const edges = edgesOf({
    resources: sorted,
    nodeOf: (urn) => [...nodes.values()].flat().find(({ urns }) => urns.includes(urn)),
    groupOf: (urn) => {
      const owner = tree.ownerOf(urn);
      return owner && nodeId(owner.type, owner.name);
    },
  });
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return {
    title: region ? `Stack ${stack} in ${region}` : `Stack ${stack}`,
    outside: outside.filter(({ id }) => linked.has(id)),
    groups: groupsIn(undefined, tree, nodes),
    nodes: nodes.get("") ?? [],
    edges,
  };
}

function groupsIn(
  parent: string | undefined,
  tree: ComponentTree,
  nodes: ReadonlyMap<string, readonly Drawn[]>,
): DiagramGroup[] {
  return tree.groups
    .filter(({ urn }) => tree.ownerOf(urn)?.urn === parent)
    .map(({ urn, type, name }) => {
      const own = tree.content.get(urn) ?? [];
      return {
        id: nodeId(type, name),
        title: capital(typeName(type)),
        lines: [...own.filter(isTask).map(taskSize), ...wrapped(counted(own))],
        nodes: nodes.get(urn) ?? [],
        groups: groupsIn(urn, tree, nodes),
      };
    });
}

const isTask = ({ type }: StackResource): boolean => type === taskType;

/** What a component holds besides its nodes, with numbers: `7 security group egress rules`. */
function counted(resources: readonly StackResource[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of resources.filter((resource) => !isDrawn(resource))) {
    counts.set(typeName(type), (counts.get(typeName(type)) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} ${count > 1 ? plural(what) : what}`);
}

const columns = 36;

/** `+ 2 roles, 4 routes, ...` in lines. */
function wrapped(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`+ ${text}`);
    else if (last.length + text.length + 2 <= columns) lines.push(`${lines.pop()}, ${text}`);
    else lines.push(`${lines.pop()},`, text);
  }
  return lines;
}
