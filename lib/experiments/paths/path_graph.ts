/** The graph of the strongest paths: layers upwards, from the negator's embedding to the score. */

import type { TopLevelSpec } from "vega-lite";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  greatest,
  type Panel,
  PANEL_TITLE,
  sidesOf,
  sideTitle,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { placeLabels } from "../../charts/point_labels.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { largestNamed } from "../../subject/effects/noise.ts";
import { type NodeLine, PARTS_IN_WORDS, type PathLine, pathName, writers } from "./findings.ts";

/** A path with its number of rows. */
export type DrawnPath = PathLine & { readonly n: number };

/** A node with its number of rows. */
export type DrawnNode = NodeLine & { readonly n: number };

/** An edge as it is drawn, with its ends in units of heads across and layers upwards. */
interface Edge {
  readonly name: string;
  readonly by: string;
  readonly effect: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly from: Place;
  readonly to: Place;
}

/** A place in the graph, with its label. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** Whether it is a head, which has a label in the graph. */
  readonly isHead: boolean;
}

/** The sizes of the graph. */
interface Sizes {
  readonly layers: number;
  readonly heads: number;
}

const TITLE = "Strongest paths of negation through the text tower";

/** The most paths, and the most edges to the score, on a side. */
const MOST = { paths: 14, direct: 6 };

/** What edges go through, with their colours and dashes, and where they meet a receiver, in units of heads. */
const KINDS = [
  { by: "its queries", color: OKABE_ITO.blue, dash: [6, 3], at: -0.13 },
  { by: "its keys", color: OKABE_ITO.vermillion, dash: [2, 2], at: 0 },
  { by: "its values", color: OKABE_ITO.green, dash: [1, 0], at: 0.13 },
  { by: "direct", color: "#555555", dash: [8, 2, 2, 2], at: 0 },
] as const;

/** Where that stroke is, as a share of the edge: not half-way, where edges across two layers pass other heads. */
const STROKE_AT = 0.42;

/** Half the width of a node, in units of heads. */
const HALF_BAR = 0.2;

/** The height of a layer before the chart is fitted. */
const LEVEL_HEIGHT = 26;

/** The size of a label such as 12.16, as a share of a panel in one column of a venue. */
const LABEL_SIZE = { width: 0.17, height: 0.05 };

/** An axis without lines, whose labels are all drawn: Vega leaves out every other value beyond the wished number. */
const BARE = { domain: false, ticks: false, labelOverlap: false, tickCount: 100 } as const;

const DOMAIN = { domain: KINDS.map(({ by }) => by) };

const KIND = { field: "by", type: "nominal" as const, title: "path through" };

/**
 * Draws the strongest paths of each side, whose intervals exclude 0, and the largest direct effects as edges to the score.
 *
 * @param paths Rows of paths_summary.csv.
 * @param nodes Rows of nodes_summary.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function pathGraph(
  paths: readonly DrawnPath[],
  nodes: readonly DrawnNode[],
  options: ChartOptions,
): ChartSpec {
  const whole = paths.filter(({ segment }) => segment === "all");
  if (whole.length === 0) return emptyChart(TITLE, options);
  const sizes = {
    layers: greatest(nodes.map(({ layer }) => layer)),
    heads: greatest(nodes.map(({ head }) => head ?? 1)),
  };
  const written = writers(nodes);
  const sides = sidesOf(whole).map((side) => {
    const { negation } = side[0]!;
    const own = written.filter((row) => row.negation === negation);
    return { title: sideTitle(side), edges: edgesOf(side, own, sizes) };
  });
  const most = greatest([0, ...sides.flatMap(({ edges }) => edges.map(sizeOf))]);
  const caption =
    `Paths with the largest effects on the score difference d (at most ${MOST.paths} a side): from a head, or from the negator's embedding, into the queries, keys or values of a later head, through MLPs but past all other heads; and the largest direct effects of heads and MLPs on the score (at most ${MOST.direct}). Widths show the absolute mean effect, up to ${
      estimateText(drawn(most), {})
    } logits, a minus sign those below 0. Only effects whose 95 % interval excludes 0 (${
      bootstrapText(options)
    }) are drawn, without allowance for the choice among all paths.`;
  const spec = {
    ...specHead(describe(sides), { ...options, caption }),
    title: { text: TITLE, subtitle: "width: absolute mean effect on d; −: effects below 0" },
    concat: sides.map(({ title, edges }) => panel(title, edges, { ...sizes, most })),
  } satisfies TopLevelSpec;
  return spec;
}

function edgesOf(
  paths: readonly DrawnPath[],
  nodes: ReturnType<typeof writers>,
  { layers, heads }: Sizes,
): Edge[] {
  const middle = (heads + 2) / 2;
  const placeOf = (layer: number, head: number | undefined): Place =>
    layer === 0
      ? { x: middle, y: 0, label: "negator", isHead: false }
      : head === undefined
      ? { x: heads + 1, y: layer, label: `MLP ${layer}`, isHead: false }
      : { x: head, y: layer, label: `${layer}.${head}`, isHead: true };
  const inner = largestNamed(paths).slice(0, MOST.paths).map((row): Edge => ({
    ...{ name: pathName(row, "→"), by: PARTS_IN_WORDS.get(row.part)! },
    ...{ effect: row.mean_effect!, low: row.low, high: row.high },
    from: placeOf(row.sender_layer, row.sender_head),
    to: placeOf(row.receiver_layer, row.receiver_head),
  }));
  const last = largestNamed(nodes).slice(0, MOST.direct).map((row): Edge => {
    const from = placeOf(row.layer, row.head);
    return {
      ...{ name: `${from.label} → score`, by: "direct" },
      ...{ effect: row.mean_effect!, low: row.low, high: row.high },
      ...{ from, to: { x: middle, y: layers + 1, label: "score", isHead: false } },
    };
  });
  return [...inner, ...last];
}

function sizeOf({ effect }: Edge): number {
  return Math.abs(effect);
}

function panel(
  title: string,
  edges: readonly Edge[],
  { layers, heads, most }: Sizes & { readonly most: number },
): Panel {
  const type = "quantitative" as const;
  const x = {
    ...{ field: "x", type, scale: { domain: [0.4, heads + 1.6], nice: false } },
    axis: {
      ...{ ...BARE, title: "head", values: [...everyFew(heads, 1, 8), heads + 1] },
      labelExpr: `datum.value > ${heads} ? 'MLP' : format(datum.value, 'd')`,
    },
  };
  const y = {
    ...{ field: "y", type, scale: { domain: [-0.3, layers + 1.3], nice: false } },
    axis: {
      ...{ ...BARE, title: "layer", values: [0, ...everyFew(layers, 0, 6), layers + 1] },
      labelExpr:
        `datum.value > ${layers} ? 'score' : datum.value < 1 ? 'negator' : format(datum.value, 'd')`,
    },
  };
  const met = [
    ...new Map(edges.flatMap(({ from, to }) => [from, to]).map((own) => [own.label, own]))
      .values(),
  ];
  const ends = { x: { ...x, field: "left" }, x2: { field: "right" }, y };
  const negative = edges.filter(({ effect }) => effect < 0).map(strokeOn);
  return {
    title: { text: title, style: PANEL_TITLE },
    height: LEVEL_HEIGHT * (layers + 2),
    layer: [
      {
        data: { values: allPlaces({ layers, heads }) },
        mark: { type: "circle", color: "#cccccc", size: 8, aria: false },
        encoding: { x, y },
      },
      {
        data: { values: edges.map(drawnEdge) },
        mark: "rule",
        encoding: {
          ...{ x, y, x2: { field: "x2" }, y2: { field: "y2" }, ...TIP },
          color: { ...KIND, scale: { ...DOMAIN, range: KINDS.map(({ color }) => color) } },
          strokeDash: { ...KIND, scale: { ...DOMAIN, range: KINDS.map(({ dash }) => [...dash]) } },
          strokeWidth: {
            ...{ field: "size", type, legend: null },
            scale: { domain: [0, drawn(most) || 1], range: [0.6, 3.2] },
          },
        },
      },
      {
        data: { values: met.map(barOf) },
        mark: { type: "rule", strokeWidth: 3, strokeCap: "round", aria: false },
        encoding: ends,
      },
      {
        data: { values: negative },
        mark: { type: "circle", color: "white", size: 45, opacity: 1, aria: false },
        encoding: { x, y },
      },
      {
        data: { values: negative },
        mark: { type: "point", shape: "stroke", color: "black", size: 40, aria: false },
        encoding: { x, y },
      },
      ...labelLayers(met, { x, y, layers, heads }),
    ],
  };
}

/** Names of heads where there is space: those of the negator, the score and MLPs are at the axes. */
function labelLayers(
  met: readonly Place[],
  { x, y, layers, heads }: Sizes & { readonly x: object; readonly y: object },
): Extract<Panel, { layer: unknown }>["layer"] {
  const placed = met.map((own) => {
    const level = (own.y + 0.3) / (layers + 1.6);
    return { x: (own.x - 0.4) / (heads + 1.2), y: level, low: level, high: level };
  });
  const named = [...met.keys()].filter((i) => met[i]!.isHead);
  const found = placeLabels(named.map((i) => placed[i]!), {
    ...{ size: LABEL_SIZE, among: placed, level: -1 },
  });
  return (["left", "right"] as const).flatMap((side) => {
    const values = named.flatMap((place, i) =>
      found[i]?.side === side ? [{ ...barOf(met[place]!), label: met[place]!.label }] : []
    );
    if (values.length === 0) return [];
    const [align, dx] = side === "left" ? ["right", -4] as const : ["left", 4] as const;
    return [{
      data: { values },
      mark: { type: "text", align, dx, aria: false },
      encoding: { x: { ...x, field: side }, y, text: { field: "label", type: "nominal" } },
    }];
  }) as Extract<Panel, { layer: unknown }>["layer"];
}

/** Every so many numbers up to the last, beginning after the first step unless it begins at 1; the last label of an axis needs its room. */
function everyFew(last: number, from: 0 | 1, most: number): number[] {
  const step = Math.ceil(last / most);
  return Array.from({ length: last }, (_, i) => i + 1)
    .filter((i) => (i - from) % step === 0 && i <= last + 1 - step / 2);
}

function allPlaces({ layers, heads }: Sizes): { readonly x: number; readonly y: number }[] {
  return Array.from({ length: layers * (heads + 1) }, (_, i) => (
    { x: i % (heads + 1) + 1, y: Math.floor(i / (heads + 1)) + 1 }
  ));
}

/** A node as a short bar, on which each kind of edge ends at a place of its own. */
function barOf({ x, y }: Place) {
  return { left: drawn(x - HALF_BAR), right: drawn(x + HALF_BAR), y };
}

function drawnEdge({ name, by, effect, low, high, from, to }: Edge) {
  const { at } = KINDS.find((kind) => kind.by === by)!;
  const through = by === "direct" ? "direct effect" : `by ${by}, effect`;
  return {
    ...{ x: from.x, y: from.y, x2: drawn(to.x + at), y2: to.y, by },
    size: drawn(Math.abs(effect)),
    tip: `${name}: ${through} ${tipEstimate(effect, { low, high })}`,
  };
}

/** Where a stroke on an edge says that its effect is below 0. */
function strokeOn({ by, from, to }: Edge) {
  const { at } = KINDS.find((kind) => kind.by === by)!;
  return {
    x: drawn(from.x + STROKE_AT * (to.x + at - from.x)),
    y: drawn(from.y + STROKE_AT * (to.y - from.y)),
  };
}

function describe(sides: readonly { readonly title: string; readonly edges: readonly Edge[] }[]) {
  const seen = sides.map(({ title, edges }) => {
    const named = edges.map(({ name, by, effect }) =>
      `${name} ${by === "direct" ? "directly" : `by ${by}`} (${estimateText(effect, {})})`
    );
    return `${title}: ${named.join(", ") || "none"}.`;
  });
  return [`Graphs of paths, layers upwards, from the negator to the score. ${TITLE}.`, ...seen]
    .join(" ");
}
