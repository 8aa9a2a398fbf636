/** The charts of the knock-out: what share of d goes back to each head's attention to the negator, by layer and beside its selectivity. */

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
import { shareMap } from "../share_map.ts";
import { specificLine } from "./columns.ts";
import type { KnockoutPoint } from "./tables.ts";

/**
 * Draws the share of d of every head's attention to the negator, less that of the same attention to the twin: one map per negated side,
 * heads down, layers across. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of knockout_heads.csv.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function knockoutMap(rows: readonly KnockoutPoint[], options: ChartOptions): ChartSpec {
  return shareMap(rows.map(specificLine), {
    ...options,
    title: "Share of d of single heads' attention to the negator",
    subtitle: "d minus d with the head's attention to the negator at 0, less the twin's",
    caption:
      "Share of the score difference d of each head's attention to the negator, by layer: d minus d with the head's attention to the negator set to 0 in the negated sentence, less the same for the negator's twin in the affirmative one",
  });
}

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
