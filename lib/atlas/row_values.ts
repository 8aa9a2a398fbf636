/** What each method says of a head or MLP in every row of the data, read from the parts' long tables. */

import { EFFECTS } from "../experiments/knockout/columns.ts";
import { type Negation, NEGATIONS, type Pair } from "../data/pairs.ts";
import { notAsWritten } from "../files/sealed_manifest.ts";
import { sha256File } from "../files/sha256.ts";
import type { FinishedPart } from "../parts/read_part.ts";
import { columnOf } from "../report/read_table.ts";
import { readBeginning } from "../report/read_run.ts";
import type { MethodName } from "./methods.ts";

/** A cell of a line by its column. */
type Cells = (column: string) => string;

/** The table of a part that has a method's values in every row, of which shares or means are made. */
export interface RowSource {
  readonly method: MethodName;
  readonly part: string;
  readonly table: string;
  /** The name of the head or MLP of a line; undefined for a line that does not count. */
  readonly nodeOf: (cells: Cells) => string | undefined;
  /** Its value; undefined for a row without one. */
  readonly valueOf: (cells: Cells) => number | undefined;
  /** Whether its value over rows is the mean, not the share of d. @default {false} */
  readonly isMean?: boolean;
}

/** The name of the head or MLP in the columns `layer` and `head`. */
const nodeIn = (cells: Cells) =>
  cells("head") === "" ? `mlp ${cells("layer")}` : `head ${cells("layer")}.${cells("head")}`;

const numberIn = (cells: Cells, column: string) => {
  const text = cells(column);
  return text === "" ? undefined : Number(text);
};

/** The methods that measure parts one by one, in the order of the columns. */
export const ROW_SOURCES: readonly RowSource[] = [
  {
    method: "attend",
    part: "attend",
    table: "attention",
    nodeOf: nodeIn,
    valueOf: (cells) => {
      const swapped = numberIn(cells, "swapped_difference");
      return swapped === undefined ? undefined : numberIn(cells, "max_difference")! - swapped;
    },
    isMean: true,
  },
  {
    method: "knockout",
    part: "knockout",
    table: "knockout",
    nodeOf: nodeIn,
    valueOf: (cells) =>
      EFFECTS.specific({
        negation: NEGATIONS.find((side) => side === cells("negation"))!,
        d: Number(cells("d")),
        d_knocked_out: Number(cells("d_knocked_out")),
        s_affirmative: Number(cells("s_affirmative")),
        s_twin_knocked_out: numberIn(cells, "s_twin_knocked_out"),
      }),
  },
  {
    method: "ablate",
    part: "ablate",
    table: "ablation",
    nodeOf: (cells) => cells("node"),
    valueOf: (cells) => numberIn(cells, "effect"),
  },
  {
    method: "direct",
    part: "attribute",
    table: "attribution",
    nodeOf: (cells) => ["head", "mlp"].includes(cells("component")) ? nodeIn(cells) : undefined,
    valueOf: (cells) => numberIn(cells, "net_effect"),
  },
  {
    method: "total",
    part: "paths",
    table: "nodes",
    nodeOf: nodeIn,
    valueOf: (cells) => numberIn(cells, "total"),
  },
];

/** A scored row. */
export interface Scored extends Pair {
  readonly negation: Negation;
  readonly d: number;
}

/** The values of a method by part: one for each scored row, in their order; undefined where it has none. */
export type ValuesByPart = ReadonlyMap<string, readonly (number | undefined)[]>;

/** Reads the scored rows. */
export async function readScored(parts: readonly FinishedPart[]): Promise<Scored[]> {
  const rows: Scored[] = [];
  await readLines(partOf(parts, "evaluate")!, "evaluate", (cells) => {
    rows.push({
      id: cells("id"),
      image: cells("image"),
      negation: NEGATIONS.find((side) => side === cells("negation"))!,
      caption: cells("caption"),
      foil: cells("foil"),
      d: Number(cells("d")),
    });
  });
  return rows;
}

/**
 * Reads the values of a method. Several lines of a row and part count with their mean, as tokens of a role do.
 *
 * @param isOf Whether a line counts, such as one of the role at which the part acts.
 * @returns Undefined if the part did not run.
 */
export async function readValues(
  parts: readonly FinishedPart[],
  { part: name, table, nodeOf, valueOf }: RowSource,
  { rows, isOf }: {
    readonly rows: readonly Scored[];
    readonly isOf: (line: { readonly node: string; readonly cells: Cells }) => boolean;
  },
): Promise<ValuesByPart | undefined> {
  const part = partOf(parts, name);
  if (part === undefined) return undefined;
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const sums = new Map<string, { readonly sum: Float64Array; readonly n: Uint32Array }>();
  await readLines(part, table, (cells) => {
    const node = nodeOf(cells);
    const place = places.get(cells("id"));
    if (node === undefined || place === undefined || !isOf({ node, cells })) return;
    const value = valueOf(cells);
    if (value === undefined) return;
    const known = sums.get(node) ??
      { sum: new Float64Array(rows.length), n: new Uint32Array(rows.length) };
    known.sum[place]! += value;
    known.n[place]! += 1;
    sums.set(node, known);
  });
  return new Map([...sums].map(([node, { sum, n }]) => [
    node,
    Array.from(sum, (value, place) => n[place] === 0 ? undefined : value / n[place]!),
  ]));
}

function partOf(parts: readonly FinishedPart[], name: string): FinishedPart | undefined {
  return parts.find((part) => part.name === name);
}

/** Reads a table line by line, if it is as the part wrote it. */
async function readLines(
  { folder, manifest: { checksums = {} } }: FinishedPart,
  table: string,
  take: (cells: Cells) => void,
): Promise<void> {
  const path = `${folder}/${table}.csv`;
  if (await sha256File(path) !== checksums[`${table}.csv`]) throw notAsWritten(path);
  const readers = new Map<string, (row: readonly string[]) => string>();
  await readBeginning(folder, table, {
    take: (row, columns) =>
      take((column) => {
        const known = readers.get(column);
        if (known !== undefined) return known(row);
        const made = columnOf(columns, column);
        readers.set(column, made);
        return made(row);
      }),
  });
}
