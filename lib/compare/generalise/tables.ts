/** The tables of heads on two sets of sentences: the data, and sentences elsewhere. */

import { HEAD, LAYER, numberOrNone } from "../../study/columns.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { FEWEST_NOUNS } from "../../study/clusters.ts";
import { count, estimated, key, type Row, table, text } from "../../tables/table.ts";
import type { NamedHead } from "../../tables/nodes.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import type { HeadEstimates } from "./compare_heads.ts";
import { DIVISIONS } from "../../stats/random.ts";

export const QUANTITIES = ["selectivity", "baseline", "above_baseline"] as const;

/** What a rank correlation is of: a column of generalise.csv. */
export type Quantity = typeof QUANTITIES[number];

const BASELINE =
  "the selectivity that a maximum over queries gives a head that treats both words alike";

const share = <const Name extends string>(name: Name, definition: string) =>
  estimate(name, `${name}_` as const, "share", definition);
const SELECTIVITY = share(
  "selectivity",
  "Mean of `max_difference` of attention.csv over the rows of the data.",
);
const ABOVE = share(
  "above_baseline",
  "Mean of `max_difference` - `swapped_difference` over these rows.",
);
const SELECTIVITY_ELSEWHERE = share(
  "selectivity_elsewhere",
  "As `selectivity`, over the rows of `--sentences`.",
);
const ABOVE_ELSEWHERE = share(
  "above_baseline_elsewhere",
  "As `above_baseline`, over the rows of `--sentences`.",
);

export const GENERALISE = table(
  "generalise",
  "One row for each head: its attention to the negator in the sentences of the data and in those elsewhere, over all rows of both sides.",
  {
    layer: LAYER,
    head: HEAD,
    ...SELECTIVITY.columns,
    baseline: numberOrNone(
      "share",
      `Mean of \`swapped_difference\` over the rows whose negator has a twin: ${BASELINE}.`,
    ),
    ...ABOVE.columns,
    ...SELECTIVITY_ELSEWHERE.columns,
    baseline_elsewhere: numberOrNone("share", "As `baseline`, over the rows of `--sentences`."),
    ...ABOVE_ELSEWHERE.columns,
  },
);

/** A row of generalise.csv. */
export type GeneraliseRow = Row<
  Record<never, never>,
  "layer" | "head",
  | "baseline"
  | "baseline_elsewhere"
  | EstimateNames<
    "selectivity" | "above_baseline" | "selectivity_elsewhere" | "above_baseline_elsewhere"
  >
>;

export function headCells(
  { layer, head }: NamedHead,
  here: HeadEstimates,
  there: HeadEstimates,
): GeneraliseRow {
  return {
    layer,
    head,
    ...SELECTIVITY.cells(here.selectivity),
    baseline: here.baseline.estimate,
    ...ABOVE.cells(here.above_baseline),
    ...SELECTIVITY_ELSEWHERE.cells(there.selectivity),
    baseline_elsewhere: there.baseline.estimate,
    ...ABOVE_ELSEWHERE.cells(there.above_baseline),
  };
}

export const GENERALISE_SUMMARY = table(
  "generalise_summary",
  "One row for each quantity of a head.",
  {
    quantity: key(text<Quantity>(
      "A column of generalise.csv: `selectivity`; `baseline`, whose rho tells how far heads follow any exchanged word alike; or `above_baseline`.",
    )),
    heads: count("Number of heads with a value in both.", "heads"),
    n: count("Number of rows of the data.", "rows"),
    n_elsewhere: count("Number of rows of `--sentences`.", "rows"),
    rho: estimated(numberOrNone(
      "",
      "Spearman's rank correlation of the quantity in the data with that elsewhere, over heads; empty below three.",
    )),
    samples_low: numberOrNone(
      "",
      `Lower end of the range that rho has in 95 % of samples of the clusters of both sets. It is no confidence interval: samples add noise to the ranks, so that it lies towards 0 (docs/statistics.md). Empty below ${FEWEST_CLUSTERS} effective clusters in either.`,
    ),
    samples_high: numberOrNone("", "Upper end of this range."),
    random_least: numberOrNone(
      "",
      "The least rho of `above_baseline` in three towers with random weights, if a script runs `attend` with the control `random` on both sets: what heads that have learnt nothing have in common. Empty for other quantities, and in the task `generalise`, which does not run these towers.",
    ),
    random_most: numberOrNone("", "The largest of the same."),
  },
);

export const GENERALISE_HALVES = table(
  "generalise_halves",
  "How far the order of heads is the same in two parts of one set of sentences.",
  {
    set: key(text<"data" | "sentences">("`data`, or `sentences` for those of `--sentences`.")),
    quantity: key(text<Quantity>("As in generalise_summary.csv.")),
    held_out: key(text(
      `The parts: two halves, by subject noun (\`nouns\`, of at least ${FEWEST_NOUNS}, or with \`--cluster noun\`) or by sentence pair (\`pairs\`); or the rows of a frame and all others, such as \`frame there is no … in the photo\`.`,
    )),
    n: count("Number of rows of the set, or of the frame.", "rows"),
    rho: numberOrNone(
      "",
      `Spearman's rank correlation over heads; of halves the mean over ${DIVISIONS} random divisions.`,
    ),
  },
);

/** A row of generalise_halves.csv. */
export type GeneraliseHalvesRow = Row<
  {
    set: "data" | "sentences";
    quantity: "selectivity" | "baseline" | "above_baseline";
    held_out: string;
  },
  "n",
  "rho"
>;

/** A row of generalise_summary.csv. */
export type GeneraliseSummaryRow = Row<
  { quantity: "selectivity" | "baseline" | "above_baseline" },
  "heads" | "n" | "n_elsewhere",
  "rho" | "samples_low" | "samples_high" | "random_least" | "random_most"
>;
