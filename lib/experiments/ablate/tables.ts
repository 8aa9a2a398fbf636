/** The tables of the image tower's ablation: what each part adds to d. */

import type { Negation } from "../../data/pairs.ts";
import type { Table } from "../../tables/table.ts";
import type { Part } from "./ablate.ts";
import { effectGroups } from "../../subject/effect_groups.ts";
import type { EvaluateRow } from "../evaluate/evaluate.ts";
import { sentencePairKey } from "../../subject/prepare.ts";
import type { Segment } from "../../subject/score.ts";

/** A row of ablation.csv: one part of the image tower for one row. */
export interface AblationRow {
  /** The row's id in the data file. */
  readonly id: string;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** How clearly the model prefers the caption. */
  readonly segment: Segment;
  /** The block's number from 1. */
  readonly layer: number;
  /** The part of the block. */
  readonly part: Part;
  /** S(caption) - S(foil). */
  readonly d: number;
  /** d with the part's output on the flat image. */
  readonly d_ablated: number;
  /** d - d_ablated. */
  readonly effect: number;
}

/** A row of ablation_summary.csv: one part in a group of rows. */
export interface AblationSummaryRow {
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** A segment, or all rows of the side. */
  readonly segment: Segment | "all";
  /** The block's number from 1. */
  readonly layer: number;
  /** The part of the block. */
  readonly part: Part;
  /** Number of rows. */
  readonly n: number;
  /** Mean of d - d_ablated: what the part adds to d. */
  readonly mean_effect: number | undefined;
  /** Lower bound of the 95 % interval. */
  readonly low: number | undefined;
  /** Upper bound of the 95 % interval. */
  readonly high: number | undefined;
}

/** A row whose image was ablated. */
export interface AblationInput {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** Its lines of ablation.csv, as `ablateRows` gives them. */
  readonly parts: readonly AblationRow[];
}

/**
 * Averages what each part of the image tower adds to d, over sides and segments.
 *
 * @param rows The rows.
 * @param options The seed of the intervals, which resample sentence pairs.
 * @returns ablation.csv in the order row, layer, part, and ablation_summary.csv.
 */
export function ablationTables(
  rows: readonly AblationInput[],
  { seed }: { readonly seed: number },
): { readonly ablation: Table<AblationRow>; readonly summary: Table<AblationSummaryRow> } {
  const own = rows.map((row) => row.parts);
  const parts = own[0]?.map(({ layer, part }) => ({ layer, part })) ?? [];
  const affected = rows.map(({ scores }) => ({ ...scores, cluster: sentencePairKey(scores) }));
  return {
    ablation: {
      name: "ablation",
      columns: ["id", "negation", "segment", "layer", "part", "d", "d_ablated", "effect"],
      rows: own.flat(),
    },
    summary: {
      name: "ablation_summary",
      columns: ["negation", "segment", "layer", "part", "n", "mean_effect", "low", "high"],
      rows: effectGroups(affected, { seed }).flatMap(({ negation, segment, n, mean }) =>
        parts.map(({ layer, part }, i): AblationSummaryRow => {
          const { estimate, low, high } = mean((row) => own[row]![i]!.effect);
          return { negation, segment, layer, part, n, mean_effect: estimate, low, high };
        })
      ),
    },
  };
}
