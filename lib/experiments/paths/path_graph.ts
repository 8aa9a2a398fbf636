/** The graph of the strongest paths: layers upwards, from the negator's embedding to the score. */

import { panelChart } from "../../charts/panels.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  estimateText,
  greatest,
  sidesOf,
  sideTitle,
} from "../../charts/spec.ts";
import { largestShares, LEAST_SHARE } from "../../study/effects/named_shares.ts";
import { type Edge, graphPanel, type GraphSizes, type Place } from "./graph_panel.ts";
import { headName } from "../../tables/head_names.ts";
import {
  type NodeLine,
  PARTS_IN_WORDS,
  type PathLine,
  pathName,
  receiversOf,
  writers,
} from "./findings.ts";

/** A path with its number of rows. */
export type DrawnPath = PathLine & { readonly n: number };

/** A node with its number of rows. */
export type DrawnNode = NodeLine & { readonly n: number };

const TITLE = "Strongest paths of negation through the text tower";

/** The most paths, and the most edges to the score, on a side. */
const MOST = { paths: 14, direct: 6 };

/** The most receivers that the caption names. */
const MOST_NAMED = 12;

/** Draws the paths of each side with the largest shares of d, and the nodes with the largest direct ones as edges to the score. */
export function pathGraph(
  paths: readonly DrawnPath[],
  nodes: readonly DrawnNode[],
  options: ChartOptions,
): ChartSpec {
  const whole = paths.filter(({ segment }) => segment === "all");
  const sizes = {
    layers: greatest(nodes.map(({ layer }) => layer)),
    heads: greatest(nodes.map(({ head }) => head ?? 1)),
  };
  const written = writers(nodes.filter(({ segment }) => segment === "all"));
  const sides = sidesOf(whole).map((side) => {
    const { negation } = side[0]!;
    const own = written.filter((row) => row.negation === negation);
    return { title: sideTitle(side), edges: edgesOf(side, own, sizes) };
  });
  const most = greatest([0, ...sides.flatMap(({ edges }) => edges.map(sizeOf))]);
  const caption =
    `Paths with the largest shares of the score difference d (at most ${MOST.paths} a side): from a head, or from the negator's embedding, into the queries, keys or values of ${
      receiversText(whole)
    }, through MLPs but past all other heads; and the largest direct effects of heads and MLPs on the score (at most ${MOST.direct}). Widths show the absolute share of d, up to ${
      estimateText(drawn(most), {})
    }, a minus sign those below 0. Only shares of at least ${LEAST_SHARE} whose simultaneous 95 % interval excludes 0 (${
      bootstrapText(options)
    }) are drawn.`;
  return panelChart({
    title: TITLE,
    subtitle: "width: absolute share of d; −: shares below 0",
    caption,
    ...options,
  }, {
    form: "Graphs of paths, layers upwards, from the negator to the score.",
    panels: sides.map(({ title, edges }) => (
      { title, text: edgesText(edges), view: graphPanel(edges, { ...sizes, most }) }
    )),
  });
}

/** The heads at which paths end, by name if they are few. */
function receiversText(paths: readonly DrawnPath[]): string {
  const names = receiversOf(paths).map(headName);
  return names.length > MOST_NAMED ? `${names.length} heads` : `the heads ${names.join(", ")}`;
}

function edgesOf(
  paths: readonly DrawnPath[],
  nodes: ReturnType<typeof writers<DrawnNode>>,
  { layers, heads }: GraphSizes,
): Edge[] {
  // Negator and score are no heads: they stand between two columns, where their edges pass beside the heads of other layers.
  const outside = Math.floor((heads + 2) / 2) + 0.5;
  const placeOf = (layer: number, head: number | undefined): Place =>
    layer === 0
      ? { x: outside, y: 0, label: "negator", isHead: false }
      : head === undefined
      ? { x: heads + 1, y: layer, label: `MLP ${layer}`, isHead: false }
      : { x: head, y: layer, label: `${layer}.${head}`, isHead: true };
  const inner = largestShares(paths).slice(0, MOST.paths).map((row): Edge => ({
    ...{ name: pathName(row, "→"), by: PARTS_IN_WORDS.get(row.part)! },
    ...{ effect: row.share!, low: row.share_low, high: row.share_high },
    from: placeOf(row.sender_layer, row.sender_head),
    to: placeOf(row.receiver_layer, row.receiver_head),
  }));
  const last = largestShares(nodes).slice(0, MOST.direct).map((row): Edge => {
    const from = placeOf(row.layer, row.head);
    return {
      ...{ name: `${from.label} → score`, by: "direct" },
      ...{ effect: row.share!, low: row.share_low, high: row.share_high },
      ...{ from, to: { x: outside, y: layers + 1, label: "score", isHead: false } },
    };
  });
  return [...inner, ...last];
}

function edgesText(edges: readonly Edge[]): string {
  const named = edges.map(({ name, by, effect }) =>
    `${name} ${by === "direct" ? "directly" : `by ${by}`} (${estimateText(effect, {})})`
  );
  return named.join(", ") || "none";
}

function sizeOf({ effect }: Edge): number {
  return Math.abs(effect);
}
