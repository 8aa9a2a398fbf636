/** One side of the graph of paths: nodes by head and layer, and the edges between them. */

import { placeLabels } from "../../charts/point_labels.ts";
import { drawn, type Panel, TIP, tipEstimate } from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** An edge as it is drawn, with its ends in units of heads across and layers upwards. */
export interface Edge {
  readonly name: string;
  readonly by: string;
  readonly effect: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly from: Place;
  readonly to: Place;
}

/** A place in the graph, with its label. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  /** Whether it is a head, which has a label in the graph. */
  readonly isHead: boolean;
}

/** The sizes of the graph. */
export interface GraphSizes {
  readonly layers: number;
  readonly heads: number;
}

/** What edges go through, with their colours and dashes, and where they meet a receiver, in units of heads. */
const KINDS = [
  { by: "its queries", color: OKABE_ITO.blue, dash: [6, 3], at: -0.13 },
  { by: "its keys", color: OKABE_ITO.vermillion, dash: [2, 2], at: 0 },
  { by: "its values", color: OKABE_ITO.green, dash: [], at: 0.13 },
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

/** Draws the edges of one side; `most` is the largest absolute effect of the chart. */
export function graphPanel(
  edges: readonly Edge[],
  { layers, heads, most }: GraphSizes & { readonly most: number },
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
  { x, y, layers, heads }: GraphSizes & { readonly x: object; readonly y: object },
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

function allPlaces({ layers, heads }: GraphSizes): { readonly x: number; readonly y: number }[] {
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
