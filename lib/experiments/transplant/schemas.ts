/** The tables of a transplant: S of every run, and shares of what the other model changes. */

import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/align.ts";
import type { ShareOfD } from "../../study/effects/means.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import { high, ID, low, N, numberOrNone } from "../../study/columns.ts";
import {
  bounds,
  count,
  estimated,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

/** Both orders, as tables have them. */
export const ORDERS = ["first", "last"] as const satisfies readonly Order[];

/** From which end blocks are the other model's. */
export type Order = "first" | "last";

const KIND =
  "What is the other model's. `first`: the embeddings and the first blocks; `last`: the last blocks, the final norm and the projection; `value`: one vector of its residual stream, of the same sentence; `tower`: text or image tower; `part`: the weights of heads and MLPs, with `--parts`.";
const NUMBER = optional(key(number(
  "",
  "Of `first` and `last`, how many blocks: -1 for the model itself, 0 for only what stands before or behind all blocks, one more than there are blocks for the other model. Of `value` and `layer`, the block, 0 for the embeddings and one more than there are blocks for the final norm and the projection.",
)));
const SET = optional(key(text(
  "Of `tower`, the text and the image tower, `A` the model's own and `B` the other's: `BA` has the other text tower. Of `part`, the part, `chosen` for several together, or `random` and a number for a random set with as many heads and MLPs.",
)));
const S = {
  s_caption: numberOrNone("logit", "S of the caption; empty if it has no such position."),
  s_foil: numberOrNone("logit", "S of the foil; empty if it has no such position."),
};

export const TRANSPLANT = table(
  "transplant",
  "One row for each row of the data and run. Images are embedded by the model's own image tower, but for those of `tower`.",
  {
    id: ID,
    kind: key(text<Order | "value" | "tower" | "part">(KIND)),
    number: NUMBER,
    position: optional(key(count("Of `value`, the token's position from 0."))),
    set: SET,
    ...S,
  },
);

const ACCURACY = estimate(
  "accuracy",
  "",
  "share",
  "Share of rows with d > 0; ties count one half, but not in those of `tower`. Not of `value` and `layer`, and with bounds only of `tower`.",
);
const CHANGE = estimate(
  "change",
  "change_",
  "share",
  "Of `tower`, accuracy minus that of the model's own two towers, paired by rows.",
);
const ACCURACY_SHARE = estimate(
  "accuracy_share",
  "accuracy_share_",
  "",
  "Of `first` and `last`, `share` of accuracy, to which a tie adds one half, in place of d.",
);

export const TRANSPLANT_SUMMARY = table(
  "transplant_summary",
  "One row for each run, role's value and layer, over the rows of a side: how much of what the other model changes comes with it.",
  {
    negation: key(text<Negation | "all">(
      "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows.",
    )),
    kind: key(text<Order | "layer" | "value" | "tower" | "part">(
      `${KIND} And \`layer\`: what a layer adds to the share of a stack when it becomes the other model's, the mean of both orders.`,
    )),
    number: NUMBER,
    role: optional(key(text<Role>(
      "Of `value`, the role of the token, in both sentences; of several tokens the mean.",
    ))),
    set: SET,
    n: N,
    share: estimated(
      numberOrNone(
        "",
        "Share of the change in d: sum over rows of (d of the run - d of the model) x (d of the other - d of the model), divided by the sum of (d of the other - d of the model)^2. Exactly 0 for the model, 1 for the other; the layers of a group sum to 1. Empty if the models' d differ in no row by more than rounding, and for `tower`.",
      ),
      { interval: bounds("share_"), simultaneous: bounds("simultaneous_") },
    ),
    share_low: low(""),
    share_high: high(""),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound of the simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true shares of all lines of the kind at once.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    first: numberOrNone("", "Of `layer`, what it adds in the order `first`, with all below it."),
    last: numberOrNone("", "Of `layer`, what it adds in the order `last`, with all above it."),
    ...ACCURACY.columns,
    ...CHANGE.columns,
    ...ACCURACY_SHARE.columns,
    made_of: optional(text(
      "Of `part`, its heads and MLPs; of `tower`, the name of the text tower's model.",
    )),
  },
);

/** A row of transplant.csv. */
export type TransplantRow = Row<
  { id: string; kind: Order | "value" | "tower" | "part"; set: string | undefined },
  never,
  "number" | "position" | "s_caption" | "s_foil"
>;
/** A row of transplant_summary.csv. */
export type TransplantSummaryRow = Row<
  {
    negation: Negation | "all";
    kind: Order | "layer" | "value" | "tower" | "part";
    role: Role | undefined;
    set: string | undefined;
    made_of: string | undefined;
  },
  "n",
  | EstimateNames<"share" | "change" | "accuracy_share">
  | EstimateNames<"accuracy", "">
  | "number"
  | "simultaneous_low"
  | "simultaneous_high"
  | "first"
  | "last"
>;

export type TransplantTables = {
  readonly transplant: Table<TransplantRow>;
  readonly summary: Table<TransplantSummaryRow>;
};

/** The cells of a row of the summary, of which each kind has some. */
const NONE = Object.fromEntries(
  Object.keys(TRANSPLANT_SUMMARY.columns).map((name) => [name, undefined]),
);

/** A row of the summary by the cells that its kind has. */
export function summaryRow(
  cells: Pick<TransplantSummaryRow, "negation" | "kind" | "n"> & Partial<TransplantSummaryRow>,
): TransplantSummaryRow {
  return { ...NONE, ...cells } as TransplantSummaryRow;
}

export function shareCells(
  { estimate: share, low: share_low, high: share_high, simultaneous }: ShareOfD,
) {
  const { low: simultaneous_low, high: simultaneous_high } = simultaneous();
  return { share, share_low, share_high, simultaneous_low, simultaneous_high };
}

export const accuracyCells = ACCURACY.cells;
export const changeCells = CHANGE.cells;
export const accuracyShareCells = ACCURACY_SHARE.cells;
