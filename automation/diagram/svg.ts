import { instance } from "@viz-js/viz";
import { toDot } from "./dot";
import type { Diagram } from "./model";

/** The diagram as an SVG document, laid out by Graphviz. */
export async function toSvg(diagram: Diagram): Promise<string> {
  const graphviz = await instance();
  return graphviz.renderString(toDot(diagram), { format: "svg" });
}
