/** Which estimates differ between groups of rows, beyond their intervals. */

import { togetherWidth } from "../../stats/intervals/difference.ts";
import { estimateText } from "../../tables/text_table.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import { type EffectGroupRow, GROUP_COLUMNS, type GroupColumn } from "./group_estimates.ts";

interface GroupDifference {
  readonly lower: EffectGroupRow;
  readonly higher: EffectGroupRow;
}

/**
 * The estimates that differ between groups of a column, the largest difference first: the intervals of two groups do not overlap, even where
 * all intervals of the column are made as wide as those that hold at once, and the estimates are not {@linkcode LEAST_SHARE} apart at most.
 */
export function groupDifferences(rows: readonly EffectGroupRow[]): readonly GroupDifference[] {
  const known = rows.filter(({ low }) => low !== undefined);
  const width = togetherWidth(known.length);
  const wide = ({ value, low }: EffectGroupRow) => value! - width * (value! - low!);
  const wideHigh = ({ value, high }: EffectGroupRow) => value! + width * (high! - value!);
  const places = Map.groupBy(
    known,
    ({ table, negation, segment, place }) => JSON.stringify([table, negation, segment, place]),
  );
  return [...places.values()].flatMap((groups) => {
    const higher = groups.reduce((most, row) => wide(row) > wide(most) ? row : most);
    const lower = groups.reduce((least, row) => wideHigh(row) < wideHigh(least) ? row : least);
    const isApart = wide(higher) > wideHigh(lower) && sizeOf({ lower, higher }) > LEAST_SHARE;
    return isApart ? [{ lower, higher }] : [];
  }).sort((a, b) => sizeOf(b) - sizeOf(a));
}

function sizeOf({ lower, higher }: GroupDifference): number {
  return higher.value! - lower.value!;
}

/** The residual stream before the first block: effects there come from tokens and positions alone, and are no findings. */
const EMBEDDINGS = /^site resid,.* layer 0(?:,|$)/;

/** What a summary says of the groups: in each column how many estimates differ, and which one most. */
export function groupNote(rows: readonly EffectGroupRow[]): string {
  const texts = GROUP_COLUMNS.flatMap((column) => {
    const ofColumn = rows.filter(({ place = "", ...row }) =>
      row.column === column && !EMBEDDINGS.test(place)
    );
    return ofColumn.length === 0 ? [] : `by ${column} ${columnText(column, ofColumn)}`;
  });
  return `In groups of rows, ${
    texts.join("; ")
  } (effect_groups.csv; with intervals that hold for a column at once)`;
}

function columnText(column: GroupColumn, rows: readonly EffectGroupRow[]): string {
  if (rows.every(({ low }) => low === undefined)) return "no estimate has an interval";
  const differing = groupDifferences(rows);
  const places = new Set(
    rows.map(({ table, negation, segment, place }) => [table, negation, segment, place].join("\n")),
  ).size;
  const [most] = differing;
  if (most === undefined) return `none of ${places} estimates differs`;
  const { higher: { negation, place, estimate } } = most;
  const side = negation === "all" ? "" : `, ${negation}-negated`;
  const where = `${estimate}${place === undefined ? "" : ` of ${place}`}${side}`;
  return `${differing.length} of ${places} estimates differ${
    differing.length === 1 ? "s" : ""
  }, most ${where}: ${groupText(column, most.higher)}, ${groupText(column, most.lower)}`;
}

function groupText(column: GroupColumn, { group, value, low, high }: EffectGroupRow): string {
  const name = column === "negator" || column === "scope" ? `${column} ${group}` : `"${group}"`;
  return `${estimateText(value, { low, high }, 2)} with ${name}`;
}
