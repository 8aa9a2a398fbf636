/** Where the effects of a trace are largest, in small tables for a terminal. */

import { isCertain, isLarge, LEAST_EFFECT, peakRuns } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import { greatest, groupsOf } from "../../charts/spec.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, textTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { isFullSwap, isNamed, lastLayer } from "./fixed_effects.ts";
import { directionFindings, type DirectionsLine, partingCells } from "./direction_findings.ts";
import { directionOf, directionsIn, type TraceMapRow } from "./map_row.ts";
import { rowNotes } from "./row_notes.ts";

type Group = readonly TraceMapRow[];

/** The number of heads that are named for each group. */
const NAMED_HEADS = 5;

/** Digits after the point: those that the paper prints. */
const DIGITS = 2;

/**
 * Names, for each group, the roles with the largest mean effect layer by layer, or at site z the heads with the largest effects, each with
 * its interval; an effect whose interval includes 0 or is unknown, or that is below {@linkcode LEAST_EFFECT}, is not named. The intervals
 * are the simultaneous ones: what is named is the largest of many cells, which one cell's own interval does not allow for.
 *
 * Of two directions each has its own table, and a last one names where they differ.
 *
 * @param rows Rows of trace.csv.
 * @param differences Rows of trace_directions.csv. @default {none}
 */
export function traceFindings(
  rows: readonly TraceMapRow[],
  differences: readonly DirectionsLine[] = [],
): string {
  if (rows.length === 0) {
    return "No row is in the segments to trace; choose others with --segments correct,incorrect,ambiguous\n";
  }
  const traced = rows.filter(({ segment }) => segment !== "all"); // whose mean CTE is not defined
  const isOfHeads = rows.some(({ head }) => head !== undefined);
  const directions = directionsIn(traced);
  const tables = directions.map((direction) => {
    const groups = groupsOf(
      traced.filter((row) => directionOf(row) === direction),
      ({ negation, segment }) => `${negation},${segment}`,
    );
    const of = direction === "denoise" && directions.length === 1 ? "" : `, ${direction}`; // the paper's goes without saying
    return { groups, of };
  });
  const { groups } = tables[0]!; // the rows are the same in both directions
  return [
    ...tables.map(({ groups, of }) =>
      isOfHeads ? headTable(groups, of) : layerTable(groups, { of, last: lastLayer(rows) })
    ),
    ...directions.length > 1 ? [directionFindings(differences)] : [],
  ].join("\n") + (isOfHeads ? headsNote(tables.flatMap(({ groups }) => groups), differences) : "") +
    rowNotes(groups);
}

const NAMED = `${LEAST_EFFECT} or more; simultaneous interval without 0`;

/** How heads count, with the first of those that are named as the example. */
function headsNote(groups: readonly Group[], differences: readonly DirectionsLine[]): string {
  const [example] = [
    ...groups.flatMap((group) => group.filter(isCertain).sort(larger).slice(0, 1)),
    ...partingCells(differences),
  ];
  return example === undefined ? "" : headNote({ layer: example.layer, head: example.head! });
}

/** Puts the larger of two effects, of either sign, first. */
function larger(a: TraceMapRow, b: TraceMapRow): number {
  return Math.abs(b.cte!) - Math.abs(a.cte!);
}

/** A line for each group and range of layers with the same roles; two if two roles are tied. */
function layerTable(
  groups: readonly Group[],
  { of, last }: { readonly of: string; readonly last: number },
): string {
  const fixed = (row: TraceMapRow) => isFullSwap(row, last);
  const named = (row: TraceMapRow) => isNamed(row, last);
  const lines = groups.flatMap((group) =>
    peakRuns(group, named, fixed).flatMap(({ from, to, peaks, isLarge }) => {
      const { negation: negated, segment } = group[0]!;
      const layer = from === to ? `${from}` : `${from}-${to}`;
      if (peaks.length === 0) {
        const role = isLarge ? "none certain" : `none above ${LEAST_EFFECT}`;
        return [{ negated, segment, layer, role }];
      }
      return peaks.map((row) => ({
        ...{ negated, segment, layer, role: roleLabel(row.role), CTE: row.cte },
        simultaneous: fixed(row) ? "fixed" : boundsText(row),
        ...(from === to ? {} : { at: row.layer }),
        rows: rowsText(row, group),
      }));
    })
  );
  const columns = ["negated", "segment", "layer", "role", "CTE", "simultaneous", "at", "rows"];
  return `Largest mean effect by layer${of} (${NAMED})\n${tableText(lines, columns)}`;
}

/** A line for each of the largest effects of a group. */
function headTable(groups: readonly Group[], of: string): string {
  const cut: string[] = [];
  const lines = groups.flatMap((group) => {
    const { negation: negated, segment } = group[0]!;
    const certain = group.filter(isCertain).sort(larger);
    const largest = certain.slice(0, NAMED_HEADS);
    if (certain.length > NAMED_HEADS) {
      cut.push(`${NAMED_HEADS} of ${certain.length} of ${negated}-negated, ${segment}`);
    }
    if (largest.length === 0) {
      const role = group.some(isLarge) ? "none certain" : `none above ${LEAST_EFFECT}`;
      return [{ negated, segment, role }];
    }
    return largest.map((row) => ({
      ...{ negated, segment, head: headName({ layer: row.layer, head: row.head! }) },
      ...{ role: roleLabel(row.role), CTE: row.cte, simultaneous: boundsText(row) },
      rows: rowsText(row, group),
    }));
  });
  const columns = ["negated", "segment", "head", "role", "CTE", "simultaneous", "rows"];
  const cutText = cut.length === 0 ? "" : `${wrapText(`Listed are ${cut.join("; ")}`)}\n`;
  return `Largest mean effects of heads${of} (${NAMED})\n${tableText(lines, columns)}${cutText}`;
}

type Line = Readonly<Record<string, string | number | undefined>>;

function tableText(rows: readonly Line[], columns: readonly string[]): string {
  return textTable({ name: "trace", columns, rows }, { digits: DIGITS });
}

function boundsText({ simultaneous_low: low, simultaneous_high: high }: TraceMapRow): string {
  return intervalText({ low, high }, DIGITS);
}

/** The number of rows that a mean is over, of all rows of the group if these are more. */
function rowsText({ n }: TraceMapRow, group: Group): string {
  const all = greatest(group.map((row) => row.n));
  return n === all ? `${n}` : `${n}/${all}`;
}
