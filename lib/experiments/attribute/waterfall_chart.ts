/** The waterfall of direct attribution: from the affirmative to the negated score. */

import { bars } from "../../charts/bars.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  estimateText,
  greatest,
  shortNumber,
  tipEstimate,
  titledSides,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";
import { signOf } from "../../study/effects/sign.ts";
import type { WaterfallRow } from "./waterfall.ts";

const COLORS = { heads: OKABE_ITO.blue, MLP: OKABE_ITO.vermillion, norm: "#767676" };

const SHIFTS = { heads: -0.2, MLP: 0.2, norm: 0 };

const HALF = 0.17;

const NAMED = 3;

/**
 * Draws the way from the mean S of the affirmative sentence to that of the negated one: one panel per negated side, layers across, a bar
 * for all heads of a layer together and one for its MLP, the norm last, each with the interval of its change. The panels' axes differ in
 * their beginning, not in their scale.
 */
export function waterfallChart(rows: readonly WaterfallRow[], options: ChartOptions): ChartSpec {
  const shown = rows.filter(({ segment, mean_effect }) =>
    segment === "all" && mean_effect !== undefined
  );
  const sides = titledSides(shown);
  const layers = greatest([0, ...shown.map(({ layer }) => layer ?? 0)]);
  const span = greatest(sides.map(({ rows }) => scoresOf(rows)).map(([from, to]) => to - from));
  const placeOf = (row: WaterfallRow) => (row.layer ?? layers + 1) + SHIFTS[partOf(row)];
  return bars(shown, {
    ...options,
    title: "From the affirmative to the negated score, part by part",
    subtitle:
      "what each writes directly to the end token; dashed: S affirmative, dotted: S negated",
    caption:
      `Mean score S of the affirmative sentence (dashed line), changed by what the heads and the MLP of each layer write directly to the end token in the negated sentence in place of the affirmative one, up to the mean S of the negated sentence (dotted line). The last bar is the change of the norms. A logit has the same height in all panels. Thin lines are 95 % intervals of the change (${
        bootstrapText(options)
      }); n rows in each panel.`,
    panels: () => sides,
    at: {
      from: { field: "left", of: (row) => placeOf(row) - HALF },
      to: { field: "right", of: (row) => placeOf(row) + HALF },
    },
    value: "s_after",
    base: "s_before",
    low: { field: "low", of: (row) => reached(row, row.low) },
    high: { field: "high", of: (row) => reached(row, row.high) },
    series: { field: "part", of: partOf },
    colors: COLORS,
    atAxis: {
      title: "layer",
      range: [0.5, layers + 1.5],
      ticks: Array.from({ length: layers + 1 }, (_, i) => i + 1),
      labelExpr: `datum.value > ${layers} ? 'norm' : format(datum.value, 'd')`,
    },
    valueTitle: "mean S",
    valueRange: (side) => {
      const [from, to] = scoresOf(side);
      return [drawn((from + to - span) / 2), drawn((from + to + span) / 2)];
    },
    valueLines: (side) => [
      { at: drawn(side[0]!.s_before), dash: [4, 3] },
      { at: drawn(side.at(-1)!.s_after), dash: [1, 2] },
    ],
    tip: (row) => `${nameOf(row)}: effect on d ${tipEstimate(row.mean_effect!, row)}, n = ${row.n}`,
    form: "Waterfall charts, layers across, mean S upwards.",
    told: (side) => {
      const size = ({ mean_effect }: WaterfallRow) => Math.abs(mean_effect!);
      const largest = side.toSorted((a, b) => size(b) - size(a)).slice(0, NAMED)
        .map((row) => `${nameOf(row)} (${estimateText(row.mean_effect!, row)})`);
      const [first, last] = [side[0]!.s_before, side.at(-1)!.s_after].map(shortNumber);
      return `from ${first} to ${last}; largest effects on d of ${largest.join(", ")}`;
    },
  });
}

/** The S that is reached if the effect on d is at a bound of its interval. */
function reached({ negation, mean_effect, s_before }: WaterfallRow, bound = mean_effect!): number {
  return s_before + signOf(negation) * bound;
}

function scoresOf(side: readonly WaterfallRow[]): [number, number] {
  return axisRange(side.flatMap((row) => {
    const { s_before, s_after, low, high } = row;
    return [s_before, s_after, reached(row, low), reached(row, high)].map(drawn);
  }));
}

function partOf({ part }: WaterfallRow): keyof typeof COLORS {
  return part === "heads" ? "heads" : part === "mlp" ? "MLP" : "norm";
}

function nameOf(row: WaterfallRow): string {
  return row.layer === undefined ? partOf(row) : `${partOf(row)} of layer ${row.layer}`;
}
