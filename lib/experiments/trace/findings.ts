/** Where the effects of a trace are largest, which of them the method fixes, and where its two directions differ. */

import { isCertain, isLarge, LEAST_EFFECT, peakRuns } from "../../study/effects/peak_runs.ts";
import { greatest, groupsOf, roleLabel } from "../../charts/texts.ts";
import { headName, headNote, layersNamed } from "../../tables/nodes.ts";
import { isBeforeNegator } from "../../data/align.ts";
import type { RowEffects } from "../../study/experiment/each_row.ts";
import { directionOf, DIRECTIONS, directionsIn } from "./trace.ts";
import type { EffectRow } from "./tables.ts";
import type { TraceMapRow } from "./chart.ts";
import { controlLine, specificText } from "../../study/controls/control_text.ts";
import type { Finding, FindingLine, FindingTable } from "../../study/experiment/finding.ts";
import { bracketed } from "../../tables/text_table.ts";
import { namesText, simultaneousText, untestedText } from "../../study/effects/ranked.ts";

export interface TracePlace {
  /** The traced site; undefined in tables of other experiments, where only the role can fix a value. */
  readonly site?: string | undefined;
  /** The block's number from 1; 0 for the embeddings. */
  readonly layer: number;
  /** The token's role; undefined in tables that are not by role. */
  readonly role?: string | undefined;
  readonly causal?: boolean;
  /** Whether the embedding is made at the last of the padded positions rather than at the end token. @default {false} */
  readonly pooled?: boolean;
}

export interface ModelTraits {
  /** Whether no value before the negator differs from 0, as in every model with causal attention. */
  readonly causal: boolean;
  /** Whether there is a position after the padding from which the embedding is made. */
  readonly pooled: boolean;
}

export function traitsOf(
  cells: readonly { readonly role?: string | undefined; readonly values: readonly number[] }[],
): ModelTraits {
  return {
    causal: cells.every(({ role, values }) =>
      !isBeforeNegator(role) || values.every((value) => Math.abs(value) < LEAST_NONZERO)
    ),
    pooled: cells.some(({ role }) => role === "pooled"),
  };
}

export function lastLayer(rows: readonly Pick<TraceMapRow, "layer">[]): number {
  return greatest(rows.map(({ layer }) => layer));
}

/** Whether a role is that of the position from which the embedding is made, in a tower that is pooled at the end token or at the last. */
function isRead(role: string | undefined, pooled: boolean): boolean {
  return role === (pooled ? "pooled" : "eot");
}

/**
 * Whether the method fixes a mean effect at 1, since the patch turns the run into that of the negated sentence: the negator's embedding,
 * if the sentences differ in nothing else, and in the last block the residual stream at the end token, or where the embedding is made.
 */
export function isFullSwap(
  { site, layer, role, cte }: Pick<TraceMapRow, "site" | "layer" | "role" | "cte">,
  last: number,
): boolean {
  const isStream = site === "resid" || site === "resid_mid";
  const isAtEnd = (role === "eot" || role === "pooled") && layer === last;
  const isSwap = role === "negator" && layer === 0 || isAtEnd;
  return isStream && isSwap && cte === 1;
}

/** Whether a trace's summary and its chart's description name an effect: one that is certain, or that the method fixes at 1. */
export function isNamed(row: TraceMapRow, last: number): boolean {
  return isFullSwap(row, last) || isCertain(row);
}

/** An effect below this is 0 in float32. */
export const LEAST_NONZERO = 1e-6;

/** Whether an effect is 0 because the method fixes it there, whatever the model. */
export function isFixedZero(
  { cte, ...place }: TracePlace & { readonly cte: number },
  last: number,
): boolean {
  return isFixedPlace(place, last) && Math.abs(cte) < LEAST_NONZERO;
}

/**
 * Whether the method fixes a place at 0 or 1 for every model: with causal attention 0 at the roles before the negator, which no later
 * token reaches; in any model 0 in the last block at all tokens from which nothing is read, and 1 in its residual stream at that from
 * which the embedding is made. The embeddings are fixed too: 1 at the negator and 0 elsewhere, if the sentences differ in nothing else.
 */
export function isFixedPlace(
  { site, layer, role, causal = true, pooled = false }: TracePlace,
  last: number,
): boolean {
  if (causal && isBeforeNegator(role)) return true;
  if (site === undefined) return false;
  if (layer === 0) return true;
  return layer === last && (site === "resid" || site === "resid_mid" || !isRead(role, pooled));
}

/** The effects at the places that the method does not fix: of each role that in its largest layer, or of each head that at its largest role. */
export function rowTraces(table: Iterable<EffectRow>): RowEffects {
  const rows = [...table];
  const last = lastLayer(rows);
  const traits = traitsOf(
    rows.map(({ role, cte }) => ({ role, values: cte === undefined ? [] : [cte] })),
  );
  const isBoth = directionsIn(rows).length > 1;
  return {
    of: "causal tracing effects",
    asTheyAre: true,
    effects: rows.filter((row) => !isFixedPlace({ ...row, ...traits }, last)).map((row) => {
      const { id, layer, head, role, direction, cte } = row;
      const [part, at] = head === undefined
        ? [roleLabel(role), `in layer ${layer}`]
        : [headName({ layer, head }), `at ${roleLabel(role)}`];
      return { id, part: isBoth ? `${direction}: ${part}` : part, at, effect: cte };
    }),
  };
}

type Group = readonly TraceMapRow[];

const MOST_LISTED = 5;

/** Digits after the point: those that the paper prints. */
const DIGITS = 2;

const NAMED = `${LEAST_EFFECT} or more; simultaneous interval off 0`;

/**
 * For each group the roles with the largest mean effect layer by layer, or at site z the heads with the largest effects; of two directions
 * each has its own table, and a last one lists where they differ.
 *
 * An effect whose interval includes 0 or is unknown, or that is below {@linkcode LEAST_EFFECT}, is not named. The intervals are the
 * simultaneous ones: what is named is the largest of many cells, which one cell's own interval does not allow for.
 */
export function traceFindings(rows: readonly TraceMapRow[]): Finding {
  if (rows.length === 0) {
    return {
      sentences: [
        "No row is in the segments to trace; choose others with --segments correct,incorrect,ambiguous",
      ],
    };
  }
  const traced = rows.filter(({ segment }) => segment !== "all"); // whose mean CTE is not defined
  const isOfHeads = rows.some(({ head }) => head !== undefined);
  const last = lastLayer(rows);
  const directions = directionsIn(traced);
  const groupsOfDirection = (direction: string) =>
    groupsOf(
      traced.filter((row) => directionOf(row) === direction),
      ({ negation, segment }) => `${negation},${segment}`,
    );
  const maps = directions.map((direction) => ({
    groups: groupsOfDirection(direction),
    suffix: direction === "denoise" && directions.length === 1 ? "" : `, ${direction}`, // the paper's goes without saying
  }));
  const { groups } = maps[0]!; // the rows are the same in both directions
  const parting = groupsOfDirection("difference");
  const tables = maps.map(({ groups, suffix }): ListedTable =>
    isOfHeads ? headsTable(groups, suffix) : { table: layersTable(groups, suffix, last), notes: [] }
  );
  if (directions.length > 1) tables.push(partingTable(parting, traced));
  const example = [...maps.flatMap(({ groups }) => groups), ...parting].flatMap(
    certainOf,
  )[0];
  return {
    sentences: groups.filter(([row]) => row!.segment === groups[0]![0]!.segment).map((group) =>
      `${groupName(group)}: ${isOfHeads ? headsText(group) : layersSentence(group, last)}`
    ),
    tables: tables.map(({ table }) => table),
    notes: [
      ...tables.flatMap(({ notes }) => notes),
      ...isOfHeads && example !== undefined
        ? [headNote({ layer: example.layer, head: example.head! })]
        : [],
      ...rowNotes(groups),
    ],
  };
}

function groupName([row]: readonly { readonly negation: string; readonly segment: string }[]) {
  return `${row!.negation === "foil" ? "Foil" : "Caption"}-negated, ${row!.segment}`;
}

/** The certain effects of a group, the largest of either sign first. */
function certainOf(group: Group): TraceMapRow[] {
  return group.filter(isCertain).sort((a, b) => Math.abs(b.cte!) - Math.abs(a.cte!));
}

function isUntested(group: Group): boolean {
  return group.every(({ simultaneous_low: low }) => low === undefined);
}

function noneText(isAnyLarge: boolean): string {
  return isAnyLarge ? "none certain" : `none above ${LEAST_EFFECT}`;
}

function layersSentence(group: Group, last: number): string {
  const runs = peakRuns(group, (row) => isNamed(row, last), (row) => isFullSwap(row, last))
    .filter(({ peaks }) => peaks.length > 0 && !peaks.some((row) => isFullSwap(row, last)));
  if (isUntested(group)) return untestedText("role", group.map(({ cte }) => cte));
  if (runs.length === 0) return "no role holds an effect between the first layer and the last";
  const layers = ({ from, to }: { readonly from: number; readonly to: number }) =>
    layersNamed(Array.from({ length: to - from + 1 }, (_, i) => from + i));
  const names = runs.map((run) =>
    `${run.peaks.map((row) => `${roleLabel(row.role)} ${effectText(row)}`).join(" and ")} in ${
      layers(run)
    }`
  );
  const specific = specificText(
    runs.flatMap(({ peaks }) => peaks),
    (rows) => namesText(rows.map(({ role, layer }) => `${roleLabel(role)} in layer ${layer}`)),
  );
  return `the largest effect on d is at ${names.join(", then at ")}${specific}`;
}

function headsText(group: Group): string {
  if (isUntested(group)) return untestedText("head", group.map(({ cte }) => cte));
  const certain = certainOf(group);
  if (certain.length === 0) return noneText(group.some(isLarge));
  const names = certain.map((row) =>
    `${nameOfCell(row)} at ${roleLabel(row.role)} ${effectText(row)}`
  );
  const specific = specificText(
    certain,
    (rows) => namesText(rows.map((row) => `${nameOfCell(row)} at ${roleLabel(row.role)}`)),
  );
  return `the largest effects on d are those of ${namesText(names)}${specific}`;
}

function effectText({ cte, simultaneous_low: low, simultaneous_high: high }: TraceMapRow): string {
  return bracketed(cte, { low, high });
}

/** A line for each group and range of layers with the same roles; two if two roles are tied. */
function layersTable(groups: readonly Group[], suffix: string, last: number): FindingTable {
  const fixed = (row: TraceMapRow) => isFullSwap(row, last);
  const lines = groups.flatMap((group) =>
    peakRuns(group, (row) => isNamed(row, last), fixed).flatMap(({ from, to, peaks, isLarge }) => {
      const { negation: negated, segment } = group[0]!;
      const layer = from === to ? `${from}` : `${from}-${to}`;
      if (peaks.length === 0) return [{ negated, segment, layer, role: noneText(isLarge) }];
      return peaks.map((row) => ({
        negated,
        segment,
        layer,
        role: roleLabel(row.role),
        CTE: row.cte,
        simultaneous: fixed(row) ? "fixed" : simultaneousText(row, DIGITS),
        at: from === to ? undefined : row.layer,
        rows: rowsText(row, group),
        ...fixed(row) ? {} : controlLine(row),
      }));
    })
  );
  return { title: `Largest effect by layer${suffix} (${NAMED})`, lines, digits: DIGITS };
}

function headsTable(groups: readonly Group[], suffix: string): ListedTable {
  return listed(`Largest effects of heads${suffix} (${NAMED})`, groups, (row, group) => ({
    head: nameOfCell(row),
    role: roleLabel(row.role),
    CTE: row.cte,
    simultaneous: simultaneousText(row, DIGITS),
    rows: rowsText(row, group),
    ...controlLine(row),
  }));
}

interface ListedTable {
  readonly table: FindingTable;
  readonly notes: readonly string[];
}

/** The largest of the certain effects of each group, and how many more there are. */
function listed(
  title: string,
  groups: readonly Group[],
  cells: (row: TraceMapRow, group: Group) => FindingLine,
): ListedTable {
  const cut: string[] = [];
  const lines = groups.flatMap((group): FindingLine[] => {
    const { negation: negated, segment } = group[0]!;
    const rows = certainOf(group);
    if (rows.length > MOST_LISTED) {
      cut.push(`${MOST_LISTED} of ${rows.length} of ${negated}-negated, ${segment}`);
    }
    return rows.length === 0
      ? [{ negated, segment, role: noneText(group.some(isLarge)) }]
      : rows.slice(0, MOST_LISTED).map((row) => ({ negated, segment, ...cells(row, group) }));
  });
  const notes = cut.length === 0 ? [] : [`Listed are ${cut.join("; ")}`];
  return { table: { title, lines, digits: DIGITS }, notes };
}

function rowsText({ n }: TraceMapRow, group: Group): string {
  const all = greatest(group.map((row) => row.n));
  return n === all ? `${n}` : `${n}/${all}`;
}

/** The part of the larger effect below which the smaller one counts as small, so that a mechanism is named. */
const SMALL_SHARE = 1 / 3;

function partingTable(groups: readonly Group[], rows: Group): ListedTable {
  const placeOf = (row: TraceMapRow, direction = directionOf(row)) =>
    [direction, row.negation, row.segment, row.layer, row.head, row.role].join(" ");
  const ctes = new Map(rows.map((row) => [placeOf(row), row.cte]));
  return listed(`Denoise minus noise (${NAMED})`, groups, (row) => {
    const [denoise, noise] = DIRECTIONS.map((direction) => ctes.get(placeOf(row, direction)));
    return {
      [row.head === undefined ? "layer" : "head"]: nameOfCell(row),
      role: roleLabel(row.role),
      denoise,
      noise,
      simultaneous: simultaneousText(row, DIGITS),
      reading: readingOf(denoise, noise),
    };
  });
}

/**
 * What the difference of a cell says of it: what suffices but is hardly missed is backed up by another part, what is missed but hardly
 * suffices needs another part. Where neither effect is small beside the other, they merely differ, and there is nothing to read.
 */
function readingOf(denoise = 0, noise = 0): string {
  const [small, large] = [denoise, noise].toSorted((a, b) => Math.abs(a) - Math.abs(b));
  if (!isLarge({ cte: large! })) return "";
  if (denoise * noise < 0 && isLarge({ cte: small! })) return "opposite";
  if (Math.abs(small!) >= SMALL_SHARE * Math.abs(large!)) return "";
  return large === denoise ? "backed up" : "not alone";
}

function nameOfCell(
  { layer, head }: { readonly layer: number; readonly head?: number | undefined },
): string {
  return head === undefined ? `${layer}` : headName({ layer, head });
}

/** Says where a negator is not in the map, where positions show instead of negation, and which groups have a d near 0. */
function rowNotes(groups: readonly Group[]): string[] {
  return [insertedNote, positionsNote, ambiguousNote]
    .map((note) => note(groups)).filter((note) => note !== undefined);
}

function insertedNote(groups: readonly Group[]): string | undefined {
  if (!groups.flat().some(({ role }) => role === "inserted")) return undefined;
  return 'Not in the map: an inserted negator. The affirmative sentence has no token for it ("no people", "people"), so that there is no place to put its values';
}

function positionsNote(groups: readonly Group[]): string | undefined {
  const isShifted = groups.flat().some(({ layer, role, cte }) =>
    layer === 0 && role !== "negator" && cte !== undefined && cte !== 0
  );
  if (!isShifted) return undefined;
  return "Layer 0 is no finding: it holds token and position embeddings, and where a token of the affirmative sentence stands at another position, since a word is inserted or moved, its effect there comes from the position";
}

function ambiguousNote(groups: readonly Group[]): string | undefined {
  if (!groups.some(([row]) => row!.segment === "ambiguous")) return undefined;
  return "Ambiguous rows have a d near 0, so that shares of it are large and unsteady; trace.csv has the ratio of means beside them";
}
