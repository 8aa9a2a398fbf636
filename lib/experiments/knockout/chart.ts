/** The knock-out's scatter plot: do the heads that attend to the negator matter? */

import { scatter } from "../../charts/scatter.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  estimateText,
  shortNumber,
  sidesOf,
  tipEstimate,
} from "../../charts/spec.ts";
import { headName } from "../../tables/head_names.ts";
import { specificLine } from "./specific.ts";
import type { KnockoutPoint } from "./tables.ts";

/** Labelled heads per side: this many with the largest shares, and this many with the largest selectivity. */
const LABELLED = 6;

/** The least value of a labelled head, as a share of the largest on its side. */
const LEAST_LABELLED = 0.1;

/**
 * Draws every head as a point: how selective it is for the negator, and the share of d of its attention to the negator, with its
 * interval. One panel per negated side, with the same axes; the strongest heads are labelled with their names
 * (layer.head) where there is space.
 *
 * @param rows One row per side and head, over all segments.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function knockoutChart(rows: readonly KnockoutPoint[], options: ChartOptions): ChartSpec {
  return scatter(rows.map(specificLine), {
    ...options,
    title: "Negator selectivity of heads and the effect of their knock-out",
    subtitle: "one point a head (layer.head); over all rows, shares of d with 95 % intervals",
    caption:
      `Negator selectivity of every attention head (largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows) and the share of the score difference d that goes back to this attention, less the same for the twin, with its 95 % interval (${
        bootstrapText(options)
      }). Heads with a large share or a large selectivity are named as layer.head.`,
    panels: (rows) =>
      sidesOf(rows).map((rows) => ({ title: `${rows[0]!.negation}-negated`, rows })),
    x: { field: "selectivity" },
    y: {
      field: "share",
      bounds: ({ share_low: low, share_high: high }) => ({ low, high }),
      title: "share of d",
    },
    against: "cross",
    name: headName,
    labelled: (side) => [...new Set([...byShare(side), ...bySelectivity(side)])],
    labelSize: { width: 0.14, height: 0.12 },
    tip: (row) =>
      `head ${headName(row)}: selectivity ${tipEstimate(row.selectivity!)}, share of d ${
        tipEstimate(row.share!, { low: row.share_low, high: row.share_high })
      }, n = ${row.n}`,
    form: "Scatter plots, one point a head as layer.head, selectivity across, share of d upwards.",
    told: (side) => {
      const effects = byShare(side).map((row) => {
        const { share, share_low: low, share_high: high } = row;
        return `${headName(row)} (${estimateText(share!, { low, high })})`;
      });
      const selective = bySelectivity(side).map((row) =>
        `${headName(row)} (${shortNumber(row.selectivity!)})`
      );
      return `largest shares of ${effects.join(", ") || "none"}; most selective ${
        selective.join(", ") || "none"
      }`;
    },
  });
}

function byShare(side: readonly KnockoutPoint[]): KnockoutPoint[] {
  return strongest(side, ({ share }) => Math.abs(share!));
}

function bySelectivity(side: readonly KnockoutPoint[]): KnockoutPoint[] {
  return strongest(side, ({ selectivity }) => selectivity!);
}

function strongest(
  side: readonly KnockoutPoint[],
  strength: (row: KnockoutPoint) => number,
): KnockoutPoint[] {
  const first = side.toSorted((a, b) => strength(b) - strength(a)).slice(0, LABELLED);
  return first.filter((row) =>
    strength(row) > 0 && strength(row) >= LEAST_LABELLED * strength(first[0]!)
  );
}
