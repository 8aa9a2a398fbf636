/** The scores: by how much the model prefers the caption to the foil, for each side that can be negated. */

import type { Reads } from "../../tables/schema.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import type { TopLevelSpec } from "vega-lite";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  greatest,
  groupsOf,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  sidesOf,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** The columns of evaluate.csv that the chart reads. */
export type ScoresRow = Reads<
  EvaluateRow,
  | "negation"
  | "segment"
  | "d"
>;

/** Where the segments meet: incorrect d < -1, ambiguous -1 <= d < 1, correct d >= 1 (paper, section on scores). */
const BOUNDS = [-1, 1];

const SEGMENT_COLOURS = new Map([
  ["incorrect", OKABE_ITO.vermillion],
  ["ambiguous", OKABE_ITO.orange],
  ["correct", OKABE_ITO.blue],
]);

const MOST_BINS = 60;

const CAPTION =
  "Score difference d = S(caption) - S(foil) of every row, by the side that is negated, where S is the score of text and image, in CLIP 100 times the cosine of their embeddings. Dashed lines at -1 and 1 bound the segments; accuracy is the share of rows with d > 0, of n rows.";

/**
 * Draws the distribution of d as a histogram per negated side, with the bounds of the segments.
 *
 * The width of a bin is a power of 2, and bins end at the bounds, so that no bin holds rows of two segments.
 *
 * @param rows The rows of evaluate.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style; it holds the counts, not the rows.
 */
export function scoresChart(rows: readonly ScoresRow[], options: ChartOptions): ChartSpec {
  const title = "Score difference d by negated side";
  if (rows.length === 0) return emptyChart(title, options);
  const sides = sidesOf(rows);
  const width = binWidth(rows);
  const bins = sides.map((side) => count(side, width));
  const edges = bins.flat().flatMap((bin) => [bin.d_from, bin.d_to]).concat(-2, 2);
  const scales = {
    d: [edges.reduce((a, b) => Math.min(a, b)), greatest(edges)],
    n: [0, greatest([1, ...bins.flat().map((bin) => bin.n)])],
  };
  const spec = {
    ...specHead(describe(sides), { ...options, caption: CAPTION }),
    title,
    concat: sides.map((side, i) => panel(sideTitle(side), bins[i]!, scales)),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

interface Bin {
  readonly segment: string;
  readonly d_from: number;
  readonly d_to: number;
  readonly n: number;
  readonly tip: string;
}

function panel(title: string, bins: readonly Bin[], scales: { d: number[]; n: number[] }): Panel {
  return {
    title: { text: title, style: PANEL_TITLE },
    layer: [
      {
        data: { values: [...bins] },
        mark: "bar",
        encoding: {
          x: {
            field: "d_from",
            type: "quantitative",
            bin: "binned",
            title: "d = S(caption) − S(foil)",
            scale: { domain: scales.d, nice: false },
          },
          x2: { field: "d_to" },
          y: {
            field: "n",
            type: "quantitative",
            title: "rows",
            scale: { domain: scales.n },
            axis: { tickMinStep: 1 },
          },
          color: {
            field: "segment",
            type: "nominal",
            scale: { domain: [...SEGMENT_COLOURS.keys()], range: [...SEGMENT_COLOURS.values()] },
          },
          ...TIP,
        },
      },
      {
        data: { values: BOUNDS.map((bound) => ({ bound })) },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { x: { field: "bound", type: "quantitative" } },
      },
    ],
  };
}

/** The narrowest power of 2 that keeps the bins few; 2 is the widest with which bins end at both bounds. */
function binWidth(rows: readonly ScoresRow[]): number {
  const farthest = rows.reduce((most, row) => Math.max(most, Math.abs(row.d)), 0);
  const width = 2 ** Math.ceil(Math.log2(2 * farthest / MOST_BINS));
  return Math.min(Math.max(width, 0.25), 2);
}

function count(side: readonly ScoresRow[], width: number): readonly Bin[] {
  const place = (row: ScoresRow) => Math.floor((row.d - 1) / width); // bins meet at d = 1, so at d = -1 too
  return groupsOf([...side].sort((a, b) => a.d - b.d), (row) => `${place(row)} ${row.segment}`)
    .map((bin) => {
      const { segment } = bin[0]!;
      const from = 1 + place(bin[0]!) * width;
      const bounds = { d_from: drawn(from), d_to: drawn(from + width) };
      const tip = `d from ${tipEstimate(bounds.d_from)} to ${
        tipEstimate(bounds.d_to)
      }, ${segment}: n = ${bin.length}`;
      return { segment, ...bounds, n: bin.length, tip };
    });
}

function sideTitle(side: readonly ScoresRow[]): string {
  const accuracy = side.filter((row) => row.d > 0).length / side.length;
  const counts = [...SEGMENT_COLOURS.keys()].map((segment) => {
    return `${side.filter((row) => row.segment === segment).length} ${segment}`;
  });
  const title = `${side[0]!.negation}-negated (n = ${side.length})`;
  return `${title}: accuracy ${shortNumber(accuracy)}, ${counts.join(", ")}`;
}

function describe(sides: readonly (readonly ScoresRow[])[]): string {
  const what =
    "Histograms of d, the score of the caption minus that of the foil, per negated side; ";
  const bounds = "below -1 a row is incorrect, from -1 ambiguous, from 1 correct.";
  return [what + bounds, ...sides.map((side) => `${sideTitle(side)}.`)].join(" ");
}
