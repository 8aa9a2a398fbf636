/** What controls show beside a table's shares: columns of the table, and a table of all controls. */

import {
  type ControlNames,
  type EstimateColumn,
  estimatesOf,
  keysOf,
} from "../../tables/estimates.ts";
import { CONTROL_ENDING } from "../../charts/row_control.ts";
import { key, optional, text } from "../../tables/schema.ts";
import type { AnyTable, Columns, TableCell } from "../../tables/table.ts";
import { numberOrNone } from "../columns.ts";
import { type Control, controlRuns } from "./control.ts";

/** The runs of a control. */
export interface RunsOfControl<Tables> {
  /** The tables of each: one run, or with random weights one for each tower; none where there are no rows. */
  readonly runs: readonly Tables[];
  /**
   * Whether S changes by no more than its rounding error in all rows of a line's group, of which there are enough for an interval: then
   * there is nothing that a part could have a share of, and it has 0.
   */
  readonly isStill: (line: Readonly<Record<string, TableCell>>) => boolean;
}

type Row = Readonly<Record<string, TableCell>>;

interface Value {
  readonly value: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** Puts the controls of all tables beside them, and a table of all controls after each of them. */
export function withAllControls<Tables extends Readonly<Record<string, AnyTable>>>(
  tables: Tables,
  controls: ReadonlyMap<Control, RunsOfControl<Readonly<Record<string, AnyTable>>>>,
): Tables {
  if (controls.size === 0) return tables;
  const made = Object.entries(tables).map(([name, table]) => {
    const ofTable = new Map([...controls].map(([control, { runs, isStill }]) => [
      control,
      { runs: runs.map((tables) => tables[name]!), isStill },
    ]));
    const both = withControls(table, ofTable);
    return both === undefined
      ? [[name, table]]
      : [[name, both.table], [`${name}Controls`, both.controls]];
  });
  return Object.fromEntries(made.flat()) as Tables;
}

/**
 * Puts the controls of a table beside it. A line is specific if its interval lies beyond those of its controls, and beyond 0, in the
 * direction of its value; both are simultaneous where the table has such. The shares of a control are of its own d.
 *
 * @returns Undefined if the table has nothing that controls are compared by.
 */
function withControls(
  table: AnyTable,
  controls: ReadonlyMap<Control, RunsOfControl<AnyTable>>,
) {
  const { schema } = table;
  const estimates = schema === undefined
    ? []
    : estimatesOf(schema).flatMap((estimate) =>
      estimate.controlled === undefined ? [] : [{ ...estimate, ...estimate.controlled }]
    );
  if (schema === undefined || estimates.length === 0) return undefined;
  const keys = keysOf(schema);
  const all = estimates.map((estimate) => comparedCells(table, controls, { estimate, keys }));
  const columns = Object.assign({}, ...estimates.map(columnsOf)) as Columns;
  const keyColumns = Object.fromEntries(keys.map((key) => [key, schema.columns[key]!]));
  const control = key(text(
    "The control: `image`, `determiner`, `random`, or one of its towers such as `random 1`, of which there is the line's value alone.",
  ));
  const allColumns = { ...keyColumns, ...columns, control };
  const name = `${table.name}_controls`;
  return {
    table: {
      ...table,
      columns: [...table.columns, ...Object.keys(columns)],
      rows: table.rows.map((row, i) =>
        Object.assign({}, row, ...all.map(({ nearest }) => nearest[i]))
      ),
      schema: { ...schema, columns: { ...schema.columns, ...columns } },
    },
    controls: {
      name,
      columns: Object.keys(allColumns),
      rows: table.rows.flatMap((row, i) =>
        [...controls].flatMap(([control, { runs }]) => [control, ...towersOf(control, runs)])
          .map((control) => ({
            ...Object.fromEntries(keys.map((key) => [key, row[key]])),
            ...Object.assign({}, ...all.map(({ of }) => of.get(control)![i])),
            control,
          }))
      ),
      schema: {
        name,
        about: "One row for each line of the table of this name and each of its controls.",
        columns: allColumns,
      },
    },
  };
}

/** The names of the towers of a control that has several. */
function towersOf(control: Control, { length }: readonly unknown[]): string[] {
  return length < 2 ? [] : controlRuns(control);
}

type Compared = EstimateColumn & ControlNames;

/** The cells of the controls of an estimate: of each control, and of the nearest. */
function comparedCells(
  table: AnyTable,
  controls: ReadonlyMap<Control, RunsOfControl<AnyTable>>,
  { estimate, keys }: { readonly estimate: Compared; readonly keys: readonly string[] },
) {
  const { prefix, stem } = estimate;
  const towers = new Map<string, object[]>();
  const known = [...controls].map(([control, of]) => {
    const { values, runs } = valuesOf(table, of, { estimate, keys });
    towersOf(control, of.runs).forEach((name, run) => {
      const cells = runs.map((of) => ({ [`${stem}${CONTROL_ENDING}`]: of[run]!.value }));
      towers.set(name, cells);
    });
    return table.rows.map((row, i) => {
      const { value, low, high } = values[i]!;
      const distance = distanceOf(valueIn(row, estimate), values[i]!);
      const cells = {
        [`${prefix}control`]: control,
        [`${stem}${CONTROL_ENDING}`]: value,
        [`${stem}${CONTROL_ENDING}_low`]: low,
        [`${stem}${CONTROL_ENDING}_high`]: high,
        [`${prefix}specific`]: distance === undefined ? undefined : distance > 0 ? "yes" : "no",
      };
      return { control, distance, cells };
    });
  });
  return {
    nearest: table.rows.map((_, i) => nearestOf(known.map((of) => of[i]!))?.cells ?? {}),
    of: new Map<string, object[]>([
      ...[...controls.keys()].map((control, k) =>
        [control, known[k]!.map(({ cells }) => cells)] as const
      ),
      ...towers,
    ]),
  };
}

/**
 * The control that a line must be beyond to be specific: of those in which nothing is negated or learnt, one that it is not beyond, else
 * one of which that is unknown, else the one that comes nearest. With another image negation is still there: what is specific to negation
 * need not be beyond it, so that it counts alone.
 */
function nearestOf<
  Each extends { readonly control: Control; readonly distance: number | undefined },
>(
  all: readonly Each[],
): Each | undefined {
  const without = all.filter(({ control }) => control !== "image");
  const rank = ({ distance }: Each) => distance === undefined ? 0 : distance > 0 ? 1 : -1;
  return (without.length > 0 ? without : all).toSorted((a, b) =>
    rank(a) - rank(b) || (a.distance ?? 0) - (b.distance ?? 0)
  )[0];
}

function columnsOf({ prefix, stem, unit }: Compared): Columns {
  const value = `${stem}${CONTROL_ENDING}`;
  return {
    [`${prefix}control`]: optional(text(
      "Of the controls `determiner` and `random` of `--control`, the one that comes nearest to the line; `image` if it is the only one.",
    )),
    [value]: numberOrNone(
      unit,
      "What the control shows in place of the line's value, of its own d; in `random` the largest absolute value of any part of this kind in any of the towers. Empty where the control's d is too near 0.",
    ),
    [`${value}_low`]: numberOrNone(
      unit,
      "Lower bound of its 95 % interval, simultaneous where the table's is; in `random` minus twice the largest value.",
    ),
    [`${value}_high`]: numberOrNone(unit, "Upper bound of the same."),
    [`${prefix}specific`]: optional(text(
      "`yes` if the line's interval lies beyond that of the control and beyond 0, `no` if not; empty without an interval. The intervals compared are the simultaneous ones where the table has them.",
    )),
  };
}

/** What a control shows in place of each row of a table, and each of its runs. */
function valuesOf(
  { rows }: AnyTable,
  { runs, isStill }: RunsOfControl<AnyTable>,
  { estimate, keys }: { readonly estimate: EstimateColumn; readonly keys: readonly string[] },
): { readonly values: readonly Value[]; readonly runs: readonly (readonly Value[])[] } {
  const keyOf = (row: Row) => JSON.stringify(keys.map((key) => row[key] ?? null));
  const joined = runs.map(({ rows }) => new Map(rows.map((row) => [keyOf(row), row])));
  const single = (row: Row | undefined): Value => {
    if (row === undefined) return { value: undefined };
    const found = valueIn(row, estimate);
    return found.value === undefined && isStill(row) ? { value: 0, low: 0, high: 0 } : found;
  };
  const met = rows.map((row) => joined.map((rows) => single(rows.get(keyOf(row)))));
  const known = met.map((values) => values.flatMap(({ value }) => value ?? []));
  const isOne = runs.length === 1;
  return {
    runs: met,
    values: isOne ? met.map(([value]) => value!) : beyondRandom(rows, known, keys),
  };
}

/**
 * Towers with random weights have few parts with large shares, and which these are is chance: the distribution of shares has long tails,
 * and the towers differ among themselves. A part is beyond them if it has twice the largest share of a part of its kind in any of them, which
 * few parts of one more such tower have (docs/methods/controls.md).
 */
const TIMES_LARGEST = 2;

/** What random towers show in place of each row: the largest share of a part of its kind, with what a part must exceed as bounds. */
function beyondRandom(
  rows: readonly Row[],
  values: readonly (readonly number[])[],
  keys: readonly string[],
): Value[] {
  const kindOf = (row: Row) => JSON.stringify(keys.map((key) => kindIn(row, key)));
  const largest = new Map<string, number>();
  for (const [i, row] of rows.entries()) {
    const kind = kindOf(row);
    for (const value of values[i]!) {
      largest.set(kind, Math.max(largest.get(kind) ?? 0, Math.abs(value)));
    }
  }
  return rows.map((row): Value => {
    const value = largest.get(kindOf(row));
    if (value === undefined) return { value };
    return { value, low: -TIMES_LARGEST * value, high: TIMES_LARGEST * value };
  });
}

/**
 * What parts of a kind have in common in a key: of heads and nodes no layer and no number, of a node's name only its kind. A role at a layer
 * is a kind of its own, since the method fixes what some hold: the negator all at layer 0, the end token all at the last.
 */
function kindIn(row: Row, key: string): TableCell {
  const cell = row[key];
  if (key.endsWith("layer")) return isOfPart(row) ? "any" : cell;
  if (key.endsWith("head")) return cell === undefined ? "none" : "any";
  return typeof cell === "string" ? cell.split(" ")[0] : cell;
}

/** Whether a row is of a head, an MLP or a path, of which a layer has several alike. */
function isOfPart(row: Row): boolean {
  return ["head", "receiver_head", "node", "component"].some((key) => row[key] !== undefined);
}

function valueIn(row: Row, { name, interval, simultaneous }: EstimateColumn): Value {
  const number = (column: string | undefined) =>
    column === undefined ? undefined : row[column] as number | undefined;
  const bounds = simultaneous ?? interval;
  return { value: number(name), low: number(bounds?.low), high: number(bounds?.high) };
}

/**
 * How far a line's interval lies beyond that of a control and beyond 0, in the direction of its value; below 0 if it does not. Undefined
 * without an interval.
 */
function distanceOf(line: Value, control: Value): number | undefined {
  const { value } = line;
  const known = [line.low, line.high, control.low, control.high];
  if (value === undefined || known.includes(undefined)) return undefined;
  return value < 0
    ? Math.min(0, control.low!) - line.high!
    : line.low! - Math.max(0, control.high!);
}
