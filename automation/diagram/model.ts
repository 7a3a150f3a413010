/** What a node stands for; it decides the node's shape. */
export type NodeKind = "people" | "system" | "network" | "program" | "store" | "signal";

export interface DiagramNode {
  /** Letters, digits and underscores; unique in the diagram, as are those of groups. */
  readonly id: string;
  readonly kind: NodeKind;
  /** The first is the heading. */
  readonly lines: readonly string[];
}

/** A component of the program, with all that is in it. */
export interface DiagramGroup {
  readonly id: string;
  readonly title: string;
  /** What it holds besides its nodes. */
  readonly lines: readonly string[];
  readonly nodes: readonly DiagramNode[];
  readonly groups: readonly DiagramGroup[];
}

/** Media on its way, a decision about it, or everything else that is used. */
export type EdgeKind = "media" | "decision" | "use";

export interface DiagramEdge {
  /** Ids of nodes or groups. */
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label: string;
}

export interface Diagram {
  readonly title: string;
  /** What the stack does not hold: clients, CloudTAK. */
  readonly outside: readonly DiagramNode[];
  readonly groups: readonly DiagramGroup[];
  /** Resources of the stack that are in no component. */
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

/** What the kinds of edges stand for. */
export const edgeLegend: Readonly<Record<EdgeKind, string>> = {
  media: "media",
  decision: "decisions",
  use: "logs, images, routes",
};
