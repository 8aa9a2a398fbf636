/** Columns that tables of several experiments have, with one meaning everywhere. */

import { type Column, count, key, number, optional, text } from "../tables/table.ts";
import type { Negation } from "../data/pairs.ts";
import type { Role } from "../data/align.ts";
import type { Segment } from "./rows/score_rows.ts";

/** A row's id. */
export const ID: Column<string> = key(text("The row's id in the data file."));

/** The negated side. */
export const NEGATION: Column<Negation> = key(text(
  "Which of the two sentences is negated: `caption` or `foil`.",
));

/** The negated side of a mean, or both sides. */
export const NEGATION_OR_BOTH: Column<Negation | "both"> = key(text(
  "Which of the two sentences is negated: `caption` or `foil`; `both` for what follows from matched rows of both sides.",
));

/** The segment of a row: it follows from d, so that it identifies no row. */
export const SEGMENT: Column<Segment> = text(
  "How clearly the model prefers the caption: `correct` (d >= 1), `ambiguous` (-1 <= d < 1), `incorrect` (d < -1).",
);

/** The segment of a group of rows. */
export const SEGMENT_OR_ALL: Column<Segment | "all"> = key(text(
  "The rows of one segment, or `all` rows of the side.",
));

/** A block. */
export const LAYER: Column<number> = key(count("The block's number from 1."));

/** A block of the residual stream. */
export const LAYER_OR_EMBEDDING: Column<number> = key(count(
  "The block's number from 1; 0 for the embeddings.",
));

/** An attention head. */
export const HEAD: Column<number> = key(count("The head's number from 1."));

/** An attention head, in a table that has heads only at one site. */
export const HEAD_AT_Z: Column<number | undefined> = optional(
  key(count("The head's number from 1; at site `z` only.")),
);

/** A part of a tower. */
export const PART: Column<string> = key(text(
  "`head`, `mlp`, `attn` (a block's whole attention) or `block` (both), or several heads at once such as `heads 4.2,4.3`.",
));

/** The block of a part. */
export const LAYER_OF_PART: Column<number | undefined> = optional(
  key(count("The block's number from 1; empty for several parts at once.")),
);

/** The head, in a table that has other parts too. */
export const HEAD_OF_PART: Column<number | undefined> = optional(
  key(count("The head's number from 1; for a single head only.")),
);

/** A token's role. */
export const ROLE: Column<Role> = key(text("The token's role in the negated sentence."));

/** The number of rows. */
export const N: Column<number> = count("Number of rows.", "rows");

/** The score difference. */
export const D: Column<number> = number(
  "logit",
  "S(caption) - S(foil), where S is 100 x the cosine of the embeddings of text and image, or in SigLIP its own logit.",
);

/** The lower bound of an interval. */
export function low(unit: string): Column<number | undefined> {
  return bound("Lower", unit);
}

/** The upper bound of an interval. */
export function high(unit: string): Column<number | undefined> {
  return bound("Upper", unit);
}

function bound(which: string, unit: string): Column<number | undefined> {
  return numberOrNone(unit, `${which} bound of the 95 % interval; empty with too few clusters.`);
}

/** A number that may be missing. */
export function numberOrNone(unit: string, definition: string): Column<number | undefined> {
  return optional(number(unit, definition));
}
