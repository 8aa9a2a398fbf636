/** The ablation tables: what each part of the image tower, or each node of the text tower, adds to d. */

import {
  type Column,
  count,
  fillOnRequest,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { D, ID, NEGATION, numberOrNone, SEGMENT, SEGMENT_OR_ALL } from "../../study/columns.ts";
import type { Role } from "../../data/align.ts";
import type { Part } from "./ablate.ts";
import { linesOf, meanEffects, type RowLines } from "../../study/effects/mean_effects.ts";
import { effect, type EffectNames } from "../../study/effects/estimate_columns.ts";
import type { StatisticsOptions } from "../../study/clusters.ts";
import type { Steps } from "../../stats/steps.ts";
import type { EvaluateRow, Segment } from "../../study/rows/score_rows.ts";
import type { Negation } from "../../data/pairs.ts";

/** What replaces the values of a part of the image tower, or of a node of the text tower. */
export type AblationMethod = "flat" | "zero" | "mean" | "resample" | "twin";

const ABLATED: {
  readonly tower: Column<"image" | "text">;
  readonly node: Column<string>;
  readonly method: Column<AblationMethod>;
  readonly role: Column<Role | "all">;
  readonly layer: Column<number | undefined>;
  readonly head: Column<number | undefined>;
  readonly part: Column<Part | undefined>;
} = {
  tower: key(text("The tower that is changed: `image` or `text`.")),
  node: key(text(
    "What is ablated, from 1: `head 4.2`, `mlp 3`, `attn 3` (a block's whole attention), `block 3` (both), or heads at once such as `heads 4.2,4.3`.",
  )),
  method: key(text(
    "What replaces the node's values (docs/methods/ablation.md): `flat` in the image tower, those on an image where every pixel has the mean of its channel; in the text tower `zero`, `mean`, `resample` or `twin`.",
  )),
  role: key(text("The role of the tokens at which values are replaced; `all`: at all positions.")),
  layer: optional(count("The block's number from 1; empty for several heads at once.")),
  head: optional(count("The head's number from 1; for a single head only.")),
  part: optional(text("`attn_out` or `mlp_out`; empty for heads and for whole blocks.")),
};

const ABLATION = table(
  "ablation",
  "One row for each row and part of the image tower, or for each row, method and node of the text tower.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    ...ABLATED,
    d: D,
    d_ablated: numberOrNone(
      "logit",
      "d with the node's values replaced, in the text tower in both sentences; empty there without a token of the role, or without another pair of the same lengths for `resample`.",
    ),
    effect: numberOrNone("logit", "d - d_ablated."),
  },
);

/** A row of ablation.csv: one part of the image tower, or one node of the text tower by one method, for one row. */
export type AblationRow = Row<
  {
    tower: "image" | "text";
    node: string;
    method: AblationMethod;
    role: Role | "all";
    part: Part | undefined;
    id: string;
    negation: Negation;
    segment: Segment;
  },
  "d",
  "d_ablated" | "effect" | "layer" | "head"
>;

export type AblatedCells = Pick<AblationRow, keyof typeof ABLATED>;

const EFFECT = effect("mean_effect", "", "Mean of d - d_ablated: what the node adds to d.", {
  meanOf: { table: "ablation", column: "effect" },
  control: {},
});

export const ABLATION_SUMMARY = table(
  "ablation_summary",
  "One row for each part or method and node, and group of rows.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    ...ABLATED,
    n: count("Number of rows with an effect.", "rows"),
    n_without: count("Number of rows of the group without one.", "rows"),
    ...EFFECT.columns,
  },
);

/** A row of ablation_summary.csv: one part or node in a group of rows. */
export type AblationSummaryRow = Row<
  {
    tower: "image" | "text";
    node: string;
    method: AblationMethod;
    role: Role | "all";
    part: Part | undefined;
    negation: Negation;
    segment: Segment | "all";
  },
  "n" | "n_without",
  "layer" | "head" | EffectNames<"mean_effect", "">
>;

/** The lines of ablation.csv of a row, as many and in the same order as those of every row. */
export type AblationLines = RowLines<AblationRow>;

/** The lines of rows, from d of each with each of these nodes ablated; null where there is none. */
export function ablationLines(
  rows: readonly {
    readonly scores: EvaluateRow;
    readonly ablated: readonly (number | null)[];
  }[],
  cells: readonly AblatedCells[],
): AblationLines[] {
  return rows.map(({ scores, ablated }): AblationLines => ({
    scores,
    count: cells.length,
    line: (place) => {
      const { id, negation, segment, d } = scores;
      const d_ablated = ablated[place] ?? undefined;
      const effect = d_ablated === undefined ? undefined : d - d_ablated;
      return { id, negation, segment, ...cells[place]!, d, d_ablated, effect };
    },
  }));
}

export type AblationTables = {
  readonly ablation: Table<AblationRow>;
  readonly summary: Table<AblationSummaryRow>;
};

export function* ablationSteps(
  rows: readonly AblationLines[],
  { seed, cluster }: StatisticsOptions,
): Steps<AblationTables> {
  const means = yield* meanEffects(rows, {
    effects: { node: ({ effect }: AblationRow) => effect },
    seed,
    cluster,
  });
  const summary = means.map(({ negation, segment, n: rows, line, means }): AblationSummaryRow => {
    const { tower, node, method, role, layer, head, part } = line;
    const { n } = means.node;
    return {
      negation,
      segment,
      tower,
      node,
      method,
      role,
      layer,
      head,
      part,
      n,
      n_without: rows - n,
      ...EFFECT.cells(means.node),
    };
  });
  return {
    ablation: fillOnRequest(ABLATION, () => rows.values().flatMap(linesOf)),
    summary: fillTable(ABLATION_SUMMARY, summary),
  };
}
