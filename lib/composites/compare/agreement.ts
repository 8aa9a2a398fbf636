/** How far two values of each of some cells agree. */

import { roleLabel } from "../../charts/texts.ts";
import { mean } from "../../stats/columns.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import { LAYER_OR_EMBEDDING, numberOrNone } from "../../study/columns.ts";
import {
  count,
  key,
  optional,
  type Row,
  type RowOfColumns,
  table,
  text,
} from "../../tables/table.ts";

/** The keys that many tables have, in tables of several. */
export const PLACE = {
  negation: optional(key(text("The negated side, or `all` rows."))),
  segment: optional(key(text("The group of rows."))),
  layer: optional(LAYER_OR_EMBEDDING),
  head: optional(key(count("The head's number from 1."))),
  role: optional(key(text("The role of the token."))),
} as const;

export const AGREEMENT = table(
  "agreement",
  "How far two values of each of some cells agree.",
  {
    of: key(text("What is compared: a column of a table, or a published table.")),
    first: key(text("Whose value is the first: a run, a model, or `published`.")),
    second: key(text(
      "Whose value is the second; of a model with random weights what one that has learnt nothing agrees.",
    )),
    n: count(
      "Cells with both values, without those that the method fixes for every model.",
      "cells",
    ),
    rho: numberOrNone(
      "",
      "Spearman's rho of both values over these cells; those within about .001 of each other are tied. Empty below three cells, and where all are tied.",
    ),
    mean_absolute_difference: numberOrNone("", "Mean of |second - first| over these cells."),
  },
);

/** A row of agreement.csv: how far two values of each of some cells agree. */
export type AgreementRow = Row<
  { of: string; first: string; second: string },
  "n",
  "rho" | "mean_absolute_difference"
>;

/** Values are rounded to multiples of it before they are ranked: what float32 does not tell apart is tied. */
const LEAST = 1e-3;

/** How far the two values of cells agree; leave out cells that the method fixes, which would make any two models look alike. */
export function agreementOf(
  named: Pick<AgreementRow, "of" | "first" | "second">,
  cells: Iterable<readonly [first: number | undefined, second: number | undefined]>,
): AgreementRow {
  const both = [...cells].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [[first, second] as const]
  );
  const ranked = (side: 0 | 1) => both.map((pair) => Math.round(pair[side] / LEAST) * LEAST + 0); // never -0
  return {
    ...named,
    n: both.length,
    rho: both.length < 3 ? undefined : rankCorrelation(ranked(0), ranked(1), LEAST / 2),
    mean_absolute_difference: mean(both.map(([first, second]) => Math.abs(second - first))),
  };
}

/** A cell in words, such as `foil-negated, correct, head 4.2, EOT`. */
export function cellText(
  { negation, segment, layer, head, role, other }: RowOfColumns<typeof PLACE> & {
    readonly other?: string | undefined;
  },
): string {
  const names: Readonly<Record<string, string>> = { all: "all rows", both: "matched rows" };
  const side = negation && (names[negation] ?? `${negation}-negated`);
  const place = head === undefined ? `layer ${layer}` : `head ${layer}.${head}`;
  const words = [
    ...[side, segment, layer === undefined ? undefined : place],
    ...[role && roleLabel(role), other],
  ];
  return words.filter((word) => word !== undefined).join(", ");
}
