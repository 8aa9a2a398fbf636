/** The tables of a transplant: S of every run, and shares of what the other model changes. */

import type { Negation } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";
import { high, ID, LAYER_OR_EMBEDDING, low, N, numberOrNone } from "../../study/columns.ts";
import { estimate } from "../../study/effects/estimate_columns.ts";
import type { ShareOfD } from "../../study/effects/shares_of_d.ts";
import { bounds, count, estimated, key, number, table, text } from "../../tables/schema.ts";
import type { Row, Table } from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";

/** From which end blocks are the other model's. */
export const ORDERS = ["first", "last"] as const;

export type Order = typeof ORDERS[number];

const S = {
  s_caption: numberOrNone("logit", "S of the caption; empty if it has no such position."),
  s_foil: numberOrNone("logit", "S of the foil; empty if it has no such position."),
};
const ORDER = key(text<Order>(
  "`first`: the embeddings and the first blocks are the other model's; `last`: the last blocks, the final norm and the projection are.",
));
const BLOCKS = key(number(
  "",
  "How many blocks are the other model's: -1 for a run of the model alone, 0 for only what stands before or behind all blocks, and one more than there are blocks for a run of the other model alone.",
));
const NEGATION = key(text<Negation | "all">(
  "Which of the two sentences is negated: `caption` or `foil`; `all` for all rows.",
));
const SHARE_IS =
  "sum over rows of (d of the run - d of the model) x (d of the other - d of the model), divided by the sum of (d of the other - d of the model)^2. Empty if the models' d differ in no row by more than rounding.";
const SET = key(
  text(
    "The part, `chosen` for several together, or `random` and a number for a random set with as many heads and MLPs.",
  ),
);

export const STACK = table(
  "stack",
  "One row for each row of the data, order and number of blocks that are the other model's. Images are embedded by the model's own image tower.",
  { id: ID, order: ORDER, blocks: BLOCKS, ...S },
);
export const VALUES = table(
  "values",
  "One row for each row of the data, layer and position: a single vector of the other model's residual stream, of the same sentence, is put into the model's run.",
  {
    id: ID,
    layer: LAYER_OR_EMBEDDING,
    position: key(count("The token's position from 0.")),
    ...S,
  },
);
export const TOWERS = table(
  "towers",
  "One row for each row of the data and choice of towers: A is the model, B the other one. Without those of B's image tower if image embeddings made elsewhere stand in for it.",
  {
    id: ID,
    text: key(text<"A" | "B">("The model of the text tower.")),
    image: key(text<"A" | "B">("The model of the image tower.")),
    ...S,
  },
);
export const PARTS = table(
  "parts",
  "One row for each row of the data and set of parts: the heads and MLPs whose weights are the other model's. Only with `--parts`.",
  { id: ID, set: SET, ...S },
);

/** A share of what the other model changes in d, whose definition each table has. */
export const SHARE = {
  columns: (definition: string) => ({
    share: estimated(numberOrNone("", definition), {
      interval: bounds("share_"),
      simultaneous: bounds("simultaneous_"),
    }),
    share_low: low(""),
    share_high: high(""),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound of the simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true shares of all lines of the group at once.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
  }),
  cells: ({ estimate: share, low: share_low, high: share_high, simultaneous }: ShareOfD) => {
    const { low: simultaneous_low, high: simultaneous_high } = simultaneous();
    return { share, share_low, share_high, simultaneous_low, simultaneous_high };
  },
};

export const ACCURACY_SHARE = estimate(
  "accuracy_share",
  "accuracy_share_",
  "",
  "The same of accuracy, to which a tie adds one half, in place of d; empty if the models agree in all rows.",
);
const ACCURACY = number("share", "Share of rows with d > 0; ties count one half.");

export const STACK_SHARES = table(
  "stack_shares",
  "One row for each order and number of blocks, over the rows of a side: how much of what the other model changes they bring about. Exactly 0 at -1, exactly 1 for the whole model.",
  {
    ...{ negation: NEGATION, order: ORDER, blocks: BLOCKS, n: N },
    ...SHARE.columns(`Share of the change in d: ${SHARE_IS}`),
    accuracy: ACCURACY,
    ...ACCURACY_SHARE.columns,
  },
);
export const LAYER_SHARES = table(
  "layer_shares",
  "One row for each layer, over the rows of a side: what it adds to the share of stack_shares.csv when it becomes the other model's. The layers of a group sum to 1.",
  {
    negation: NEGATION,
    layer: key(
      count(
        "The block's number from 1; 0 for the embeddings, one more than there are blocks for the final norm and the projection.",
      ),
    ),
    n: N,
    ...SHARE.columns("What the layer adds to the share of d, the mean of both orders."),
    first: numberOrNone("", "What it adds in the order `first`, with all below it."),
    last: numberOrNone("", "What it adds in the order `last`, with all above it."),
  },
);
export const VALUE_SHARES = table(
  "value_shares",
  "One row for each layer and role, over the rows of a side: how much of what the other model changes its value there brings about, at the role's token in both sentences; of several tokens the mean.",
  {
    negation: NEGATION,
    layer: LAYER_OR_EMBEDDING,
    role: key(text<Role>("The token's role.")),
    n: count("Number of rows with the role.", "rows"),
    ...SHARE.columns(`Share of the change in d: ${SHARE_IS}`),
  },
);
export const PART_SHARES = table(
  "part_shares",
  "One row for each set of parts, over the rows of a side: how much of what the other model changes its weights bring about. Only with `--parts`.",
  {
    ...{ negation: NEGATION, set: SET, nodes: text("Its heads and MLPs."), n: N },
    ...SHARE.columns(`Share of the change in d: ${SHARE_IS}`),
    accuracy: ACCURACY,
    ...ACCURACY_SHARE.columns,
  },
);

/** A row of stack.csv. */
export type StackRow = Row<
  { id: string; order: "first" | "last" },
  "blocks",
  "s_caption" | "s_foil"
>;
/** A row of values.csv. */
export type ValueRow = Row<{ id: string }, "layer" | "position", "s_caption" | "s_foil">;
/** A row of towers.csv. */
export type TowersRow = Row<
  { id: string; text: "A" | "B"; image: "A" | "B" },
  never,
  "s_caption" | "s_foil"
>;
/** A row of parts.csv. */
export type PartRow = Row<{ id: string; set: string }, never, "s_caption" | "s_foil">;
/** A row of stack_shares.csv. */
export type StackShareRow = Row<
  { negation: Negation | "all"; order: "first" | "last" },
  "blocks" | "n" | "accuracy",
  EstimateNames<"share" | "accuracy_share"> | "simultaneous_low" | "simultaneous_high"
>;
/** A row of layer_shares.csv. */
export type LayerShareRow = Row<
  { negation: Negation | "all" },
  "layer" | "n",
  EstimateNames<"share"> | "simultaneous_low" | "simultaneous_high" | "first" | "last"
>;
/** A row of value_shares.csv. */
export type ValueShareRow = Row<
  { negation: Negation | "all"; role: Role },
  "layer" | "n",
  EstimateNames<"share"> | "simultaneous_low" | "simultaneous_high"
>;
/** A row of part_shares.csv. */
export type PartShareRow = Row<
  { negation: Negation | "all"; set: string; nodes: string },
  "n" | "accuracy",
  EstimateNames<"share" | "accuracy_share"> | "simultaneous_low" | "simultaneous_high"
>;

export type TransplantTables = {
  readonly stack: Table<StackRow>;
  readonly values: Table<ValueRow>;
  readonly towers: Table<TowersRow>;
  readonly parts: Table<PartRow>;
  readonly stackShares: Table<StackShareRow>;
  readonly layerShares: Table<LayerShareRow>;
  readonly valueShares: Table<ValueShareRow>;
  readonly partShares: Table<PartShareRow>;
};
