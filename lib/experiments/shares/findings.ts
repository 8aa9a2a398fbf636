/** Who holds d at which layers, in a small table for a terminal. */

import { LEAST_EFFECT } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { greatest, groupsOf } from "../../charts/spec.ts";
import { noneNamedText } from "../../study/effects/named_shares.ts";
import { layersText } from "../../tables/layer_ranges.ts";
import { intervalText, textTable } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { holdingsOf, isFixed, lastLayer, type ShareLine, shownGroups } from "./shown.ts";

const TITLE = "Who holds d at which layers";

/** Digits after the point: those that the paper prints of its effects. */
const DIGITS = 2;

/** What the words of the table mean. */
export const SHARES_WORDS: readonly Word[] = [
  {
    word: "share",
    means:
      "Shapley share of d: what the negated sentence's residual stream at the role's tokens adds, averaged over all orders in which the roles can be patched; the shares of a layer sum to 1. Below 0 it takes away from d. Over rows: the sum of sign(d) x share divided by the sum of |d|, so that rows with the wrong sign count as well",
  },
  {
    word: "layers",
    means:
      `those at which the share is ${LEAST_EFFECT} or more, of this sign, and its simultaneous 95 % interval excludes 0; without layer 0, where the negator has all, and the last, where EOT has`,
  },
  { word: "at", means: "the layer of the given share, the largest of these layers" },
  { word: "rows", means: "that have the role; 40/124: 40 of the group's 124 rows" },
  {
    word: "simultaneous",
    means: "95 % interval of the share; those of all roles and layers of the side hold at once",
  },
  { word: "EOT", means: "the end token, where CLIP reads the embedding" },
  {
    word: "fast schedule",
    also: ["general engine"],
    means: "shares work among patched sentences; general engine: does not",
  },
];

type Line = Readonly<Record<string, string | number | undefined>>;

/**
 * Lists for each side the roles that hold a part of d, with the layers at which they do, and the largest share with its interval.
 *
 * @param rows Rows of shares_summary.csv.
 */
export function sharesFindings(rows: readonly ShareLine[]): string {
  const last = lastLayer(rows);
  const held = shownGroups(rows).map((group) => ({ group, holdings: holdingsOf(group, last) }));
  const lines = held.flatMap(({ group, holdings }): Line[] => {
    const all = greatest(group.map(({ n }) => n));
    return holdings.map(({ layers, most }) => ({
      ...{ negated: most.negation, role: roleLabel(most.role), layers: layersText(layers) },
      ...{ at: most.layer, share: most.share },
      simultaneous: intervalText(
        { low: most.simultaneous_low, high: most.simultaneous_high },
        DIGITS,
      ),
      rows: most.n === all ? `${all}` : `${most.n}/${all}`,
    }));
  });
  const columns = ["negated", "role", "layers", "at", "share", "simultaneous", "rows"];
  const table = { name: "shares", columns, rows: lines };
  const sides = groupsOf(rows.filter(({ segment }) => segment === "all"), (row) => row.negation);
  const empty = sides.filter((side) =>
    !held.some(({ group, holdings }) =>
      group[0]!.negation === side[0]!.negation && holdings.length > 0
    )
  );
  return [
    rows.length === 0 ? "" : `${TITLE}\n`,
    lines.length === 0 ? "" : textTable(table, { digits: DIGITS }),
    ...empty.map((side) => {
      const free = side.filter(({ layer }) => !isFixed(layer, last));
      return `${wrapText(`${side[0]!.negation}-negated: ${noneNamedText(free, LEAST_EFFECT)}`)}\n`;
    }),
  ].join("");
}
