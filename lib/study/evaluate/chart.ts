/** The scores: by how much the model prefers the caption to the foil, for each side that can be negated. */

import { bars } from "../../charts/bars.ts";
import { SERIES_STYLES } from "../../charts/lines.ts";
import { scatter } from "../../charts/scatter.ts";
import {
  type ChartOptions,
  type ChartSpec,
  modelOf,
  NO_CELL,
  OKABE_ITO,
} from "../../charts/spec.ts";
import { greatest, groupsOf, shortNumber, sidesOf, tipEstimate } from "../../charts/texts.ts";
import { mean } from "../../stats/columns.ts";
import { rightness } from "../effects/noise.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";

/** Where the segments meet: incorrect d < -1, ambiguous -1 <= d < 1, correct d >= 1 (paper, section on scores). */
const BOUNDS = [-1, 1];

/** Also in grey print they are of three kinds. */
const SEGMENTS = {
  incorrect: OKABE_ITO.orange,
  ambiguous: NO_CELL,
  correct: OKABE_ITO.blue,
};

const MOST_BINS = 60;

/**
 * Draws the distribution of d in the rows of evaluate.csv as a histogram per negated side, with the bounds of the segments. The width of a bin
 * is a power of 2, and bins end at the bounds, so that no bin holds rows of two segments. The spec holds the counts, not the rows.
 */
export function scoresChart(rows: readonly EvaluateRow[], options: ChartOptions): ChartSpec {
  const width = binWidth(rows);
  const sides = sidesOf(rows).map((side) => ({ title: titleOf(side), rows: binsOf(side, width) }));
  const bins = sides.flatMap(({ rows }) => rows);
  const edges = bins.flatMap(({ d_from, d_to }) => [d_from, d_to]).concat(-2, 2);
  return bars(bins, {
    ...options,
    title: `How often ${modelOf(options)} scores the true sentence higher`,
    subtitle: "d above 0: the true sentence scores higher",
    about:
      "Score difference d = S(caption) - S(foil) of every row, by the side that is negated, where S is the score of text and image, in CLIP 100 times the cosine of their embeddings. Dashed lines at -1 and 1 bound the segments; accuracy is the share of rows with d > 0, ties one half, of n rows",
    panels: () => sides,
    at: { from: "d_from", to: "d_to" },
    value: { field: "n", title: "rows" },
    series: "segment",
    colors: SEGMENTS,
    atAxis: {
      title: "d = S(caption) − S(foil)",
      range: [-greatest(edges.map((edge) => -edge)), greatest(edges)],
    },
    placeLines: BOUNDS,
    name: ({ d_from, d_to, segment }) =>
      `d from ${tipEstimate(d_from)} to ${tipEstimate(d_to)}, ${segment}`,
  });
}

/** The narrowest power of 2 that keeps the bins few; 2 is the widest with which bins end at both bounds. */
function binWidth(rows: readonly EvaluateRow[]): number {
  const farthest = rows.reduce((most, row) => Math.max(most, Math.abs(row.d)), 0);
  const width = 2 ** Math.ceil(Math.log2(2 * farthest / MOST_BINS));
  return Math.min(Math.max(width, 0.25), 2);
}

function binsOf(side: readonly EvaluateRow[], width: number) {
  const binOf = ({ d }: EvaluateRow) => Math.floor((d - 1) / width); // bins meet at d = 1, so at d = -1 too
  return groupsOf([...side].sort((a, b) => a.d - b.d), (row) => `${binOf(row)} ${row.segment}`)
    .map((rows) => {
      const { segment } = rows[0]!;
      const d_from = 1 + binOf(rows[0]!) * width;
      return { segment, d_from, d_to: d_from + width, n: rows.length };
    });
}

function titleOf(side: readonly EvaluateRow[]): string {
  const accuracy = mean(side.map(({ d }) => rightness(d)))!;
  const counts = Object.keys(SEGMENTS).map((segment) =>
    `${side.filter((row) => row.segment === segment).length} ${segment}`
  );
  const title = `${side[0]!.negation}-negated (n = ${side.length})`;
  return `${title}: accuracy ${shortNumber(accuracy)}, ${counts.join(", ")}`;
}

/** Draws understanding against bias, of groups of rows or of models. */
export function understandingChart(
  points: readonly (
    & { readonly name: string }
    & Readonly<Record<EstimateNames<"gamma" | "alpha">, number | undefined>>
  )[],
  options: ChartOptions,
): ChartSpec {
  const styleAt = (i: number) => SERIES_STYLES[i % SERIES_STYLES.length]!;
  const styles = points.map(({ name }, i) => {
    const { shape } = styleAt(i + Math.floor(i / SERIES_STYLES.length)); // no pair comes twice
    return [name, { color: styleAt(i).color, shape }] as const;
  });
  return scatter(points, {
    ...options,
    title: "Understanding against bias",
    about:
      "gamma, half of how much better the true sentence scores, against alpha, half of how much higher the affirmative sentence scores whatever the picture. Above the dashed lines, gamma = |alpha|, the true sentence scores higher in both pictures",
    x: { field: "alpha", low: "alpha_low", high: "alpha_high", title: "bias, alpha (logits)" },
    y: { field: "gamma", low: "gamma_low", high: "gamma_high", title: "gamma (logits)" },
    name: ({ name }) => name,
    series: "name",
    styles: Object.fromEntries(styles),
  });
}
