import {
  type Diagram,
  type DiagramEdge,
  type DiagramGroup,
  type DiagramNode,
  type EdgeKind,
  edgeLegend,
  type NodeKind,
} from "./model";

const shapes: Readonly<Record<NodeKind, readonly [string, string]>> = {
  people: ["([", "])"],
  system: ["([", "])"],
  network: ["[", "]"],
  program: ["[[", "]]"],
  store: ["[(", ")]"],
  signal: ["(", ")"],
};

const arrows: Readonly<Record<EdgeKind, string>> = { media: "==>", decision: "-->", use: "-.->" };

/** A diagram as Mermaid text, which GitHub draws. */
export function toMermaid(diagram: Diagram): string {
  return [
    "flowchart LR",
    `%% ${diagram.title}; thick: ${edgeLegend.media}; thin: ${edgeLegend.decision}; dotted: ${edgeLegend.use}`,
    ...[...diagram.outside, ...diagram.nodes].map(node),
    ...diagram.groups.flatMap(group),
    ...diagram.edges.map(edge),
    "classDef more fill:none,stroke:none,font-size:12px",
    "",
  ].join("\n");
}

function node({ id, kind, lines }: DiagramNode): string {
  const [open, close] = shapes[kind];
  return `${id}${open}"${escaped(lines)}"${close}`;
}

/** Mermaid keeps room for a title of one line, so the rest stands in a box without border. */
const group = ({ id, title, lines, nodes, groups }: DiagramGroup): string[] => [
  `subgraph ${id}["${escaped([title])}"]`,
  ...[
    ...(lines.length > 0 ? [`${id}_more["${escaped(lines)}"]:::more`] : []),
    ...nodes.map(node),
    ...groups.flatMap(group),
  ].map((line) => `  ${line}`),
  "end",
];

const edge = ({ from, to, kind, label }: DiagramEdge): string =>
  label === ""
    ? `${from} ${arrows[kind]} ${to}`
    : `${from} ${arrows[kind]}|"${escaped([label])}"| ${to}`;

/** Mermaid reads texts as HTML, with `#` before the names of characters. */
const escaped = (texts: readonly string[]): string =>
  texts
    .map((text) => text.replace(/[#"&<>]/g, (character) => `#${character.charCodeAt(0)};`))
    .join("<br/>");
