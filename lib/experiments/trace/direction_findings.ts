/** Where both directions of a trace differ, in a small table for a terminal. */

import { isCertain, isLarge, LEAST_EFFECT } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { groupsOf } from "../../charts/spec.ts";
import { headName } from "../../tables/head_names.ts";
import type { Reads } from "../../tables/schema.ts";
import { intervalText, textTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import type { TraceDirectionsRow } from "./directions.ts";

/** The columns of trace_directions.csv that the summary reads. */
export type DirectionsLine = Reads<
  TraceDirectionsRow,
  | "negation"
  | "segment"
  | "layer"
  | "head"
  | "role"
  | "denoise"
  | "noise"
  | "difference"
  | "simultaneous_low"
  | "simultaneous_high"
>;

/** The number of cells that are named for each group. */
const NAMED_CELLS = 5;

/** The part of the larger effect below which the smaller one counts as small, so that a mechanism is named. */
const SMALL_SHARE = 1 / 3;

/** Digits after the point, as in the tables of the effects. */
const DIGITS = 2;

/**
 * Names, for each group, the cells whose effects in both directions differ the most, with what that says of them; a difference below
 * {@linkcode LEAST_EFFECT}, or with 0 in its simultaneous interval, is not named.
 *
 * @param rows Rows of trace_directions.csv.
 */
export function directionFindings(rows: readonly DirectionsLine[]): string {
  const groups = groupsOf(rows, ({ negation, segment }) => `${negation},${segment}`);
  const cut: string[] = [];
  const lines = groups.flatMap((group) => {
    const { negation: negated, segment } = group[0]!;
    const parting = partingCells(group);
    if (parting.length === 0) {
      const isAnyLarge = group.some(({ difference }) => isLarge({ cte: difference }));
      const role = isAnyLarge ? "none certain" : `none above ${LEAST_EFFECT}`;
      return [{ negated, segment, role }];
    }
    if (parting.length > NAMED_CELLS) {
      cut.push(`${NAMED_CELLS} of ${parting.length} of ${negated}-negated, ${segment}`);
    }
    return parting.slice(0, NAMED_CELLS).map((row) => ({
      ...{ negated, segment, [placeName(row)]: placeOf(row), role: roleLabel(row.role) },
      ...{ denoise: row.denoise, noise: row.noise },
      simultaneous: intervalText(
        { low: row.simultaneous_low, high: row.simultaneous_high },
        DIGITS,
      ),
      reading: readingOf(row),
    }));
  });
  const place = rows[0] === undefined ? "layer" : placeName(rows[0]);
  const columns = ["negated", "segment", place, "role", "denoise", "noise"];
  const table = { name: "parting", columns: [...columns, "simultaneous", "reading"], rows: lines };
  const cutText = cut.length === 0 ? "" : `${wrapText(`Listed are ${cut.join("; ")}`)}\n`;
  return `Denoise minus noise (${LEAST_EFFECT} or more; simultaneous interval without 0)\n${
    textTable<Readonly<Record<string, string | number | undefined>>>(table, { digits: DIGITS })
  }${cutText}`;
}

/**
 * The cells whose effects in both directions differ for certain, the largest difference first.
 *
 * @param rows Rows of trace_directions.csv.
 */
export function partingCells<Row extends DirectionsLine>(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ difference: cte, ...bounds }) => isCertain({ cte, ...bounds }))
    .toSorted((a, b) => Math.abs(b.difference!) - Math.abs(a.difference!));
}

/**
 * What the difference of a cell says of it: what suffices but is hardly missed is backed up by another part, what is missed but hardly
 * suffices needs another part. Where neither effect is small beside the other, they merely differ, and there is nothing to read.
 */
function readingOf({ denoise = 0, noise = 0 }: DirectionsLine): string {
  const [small, large] = [denoise, noise].toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (!isLarge({ cte: large! })) return "";
  if (denoise * noise < 0 && isLarge({ cte: small! })) return "opposite";
  if (Math.abs(small!) >= SMALL_SHARE * Math.abs(large!)) return "";
  return large === denoise ? "backed up" : "not alone";
}

function placeName({ head }: DirectionsLine): "head" | "layer" {
  return head === undefined ? "layer" : "head";
}

function placeOf({ layer, head }: DirectionsLine): string {
  return head === undefined ? `${layer}` : headName({ layer, head });
}
