import {
  type Diagram,
  type DiagramEdge,
  type DiagramGroup,
  type DiagramNode,
  type EdgeKind,
  edgeLegend,
  type NodeKind,
} from "./model";

const shapes: Readonly<Record<NodeKind, string>> = {
  people: 'shape=box style="rounded,filled" fillcolor="#fff4d6"',
  system: 'shape=box style="rounded,filled" fillcolor="#e9e2f8"',
  network: 'shape=box style=filled fillcolor="#dcebfb"',
  program: 'shape=component style=filled fillcolor="#d9f2dd"',
  store: 'shape=cylinder style=filled fillcolor="#eeeeee"',
  signal: 'shape=box style="rounded,filled" fillcolor="#fbe3dc"',
};

const lines: Readonly<Record<EdgeKind, string>> = {
  media: 'color="#1f5fa8" fontcolor="#1f5fa8" penwidth=2.2 tailport=e headport=w',
  decision: 'color="#8a3fa0" fontcolor="#8a3fa0" penwidth=1.6 style=dashed',
  use: 'color="#777777" fontcolor="#555555" style=dotted penwidth=1.2',
};

/** A diagram in the language of Graphviz, left to right along the way of media. */
export function toDot(diagram: Diagram): string {
  return [
    "digraph {",
    `graph [rankdir=LR compound=true fontname="Helvetica,Arial,sans-serif" fontsize=16 labelloc=t nodesep=0.25 ranksep=0.6 label=${quoted([diagram.title, legend])}]`,
    'node [fontname="Helvetica,Arial,sans-serif" fontsize=12 margin="0.3,0.08"]',
    'edge [fontname="Helvetica,Arial,sans-serif" fontsize=11]',
    ...[...diagram.outside, ...diagram.nodes].map(node),
    ...diagram.groups.flatMap(group),
    ...diagram.edges.map((one) => edge(one, diagram)),
    "}",
  ].join("\n");
}

const legend = `thick: ${edgeLegend.media}; dashed: ${edgeLegend.decision}; dotted: ${edgeLegend.use}`;

const node = ({ id, kind, lines }: DiagramNode): string =>
  `${id} [label=${quoted(lines)} ${shapes[kind]}]`;

const group = ({ id, title, lines, nodes, groups }: DiagramGroup): string[] => [
  `subgraph cluster_${id} {`,
  `graph [label=<${heading(title, lines)}> labeljust=l fontsize=12 margin=12 style=rounded color="#999999" bgcolor="#fafafa"]`,
  ...nodes.map(node),
  ...groups.flatMap(group),
  "}",
];

/** Graphviz joins nodes only: an edge to a group ends at a node in it and is cut off at its border. */
function edge({ from, to, kind, label }: DiagramEdge, { groups }: Diagram): string {
  const target = allGroups(groups).find(({ id }) => id === to);
  const end = target ? (target.nodes[0]?.id ?? to) : to;
  const border = target ? ` lhead=cluster_${to}` : "";
  return `${from} -> ${end} [label=${quoted([label])} ${lines[kind]}${border}]`;
}

const leftBreak = '<br align="left"/>';

/** Readers' fonts may be wider than the one that Graphviz measures. */
const slack = "&#160;".repeat(6);

/** In Graphviz's own HTML: the title in bold, the rest smaller below it. */
const heading = (title: string, lines: readonly string[]): string =>
  [
    `<b>${html(title)}</b>${leftBreak}`,
    ...lines.map(
      (line) => `<font point-size="10" color="#555555">${html(line)}${slack}</font>${leftBreak}`,
    ),
  ].join("");

const html = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const allGroups = (groups: readonly DiagramGroup[]): DiagramGroup[] =>
  groups.flatMap((one) => [one, ...allGroups(one.groups)]);

const quoted = (texts: readonly string[]): string =>
  `"${texts.map((text) => text.replace(/[\\"]/g, "\\$&")).join("\\n")}"`;
