/** contrast.csv: every estimate of every table that two runs have. */

import { PLACE } from "../compare/agreement.ts";
import { freeCells } from "../../study/effects/named_shares.ts";
import { differenceInterval } from "../../stats/estimate.ts";
import { numberOrNone } from "../../study/columns.ts";
import { estimateIn } from "../../study/effects/estimate_columns.ts";
import type { Line } from "../../study/effects/row_values.ts";
import {
  type EstimateColumn,
  estimatesOf,
  excludesZero,
  joinLines,
  keysOf,
} from "../../tables/estimates.ts";
import {
  count,
  key,
  optional,
  type RowOf,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";
import type { PairedRows } from "./paired.ts";

export const CONTRAST = table(
  "contrast",
  "Of two runs: one row for each estimate that either has, of all tables that both have, joined by their keys.",
  {
    table: key(text("The table: a CSV file of both runs without its extension.")),
    quantity: key(text("Its column, an estimate.")),
    ...PLACE,
    other: optional(key(text(
      "The table's other keys: a text as it is, a number after the name of its column.",
    ))),
    first: numberOrNone("", "The first run's value."),
    second: numberOrNone("", "The second run's value."),
    difference: numberOrNone(
      "",
      "The second minus the first; 0 if that is no more than rounding (1e-4 for logits), or if no row of a share of d differs by more.",
    ),
    low: numberOrNone("", "Lower bound of the 95 % interval of the difference."),
    high: numberOrNone("", "Upper bound of the same."),
    interval: text<"paired" | "independent" | "">(
      "`paired`, over the same rows, or `independent`, from both intervals and too wide where values rise and fall together (docs/statistics.md).",
    ),
    simultaneous_low: numberOrNone(
      "",
      "Lower bound of the paired interval that holds for all differences of the column at once.",
    ),
    simultaneous_high: numberOrNone("", "Upper bound of the same."),
    only_first: optional(count(
      "Of accuracies on the same rows: rows that only the first run has right.",
      "rows",
    )),
    only_second: optional(count("Rows that only the second run has right.", "rows")),
    p_value: numberOrNone(
      "",
      "McNemar's mid-p-value of these two numbers (Fagerland et al. 2013), by clusters.",
    ),
    specific_in: optional(text<SpecificIn>(
      "In which run the value is beyond its control: `both`, `first`, `second` or `neither`; empty unless both have one.",
    )),
  },
);

type SpecificIn = "both" | "first" | "second" | "neither";

export type ContrastRow = RowOf<typeof CONTRAST>;

type Placed = Omit<ContrastRow, keyof typeof NO_DIFFERENCE>;

const NO_DIFFERENCE = {
  difference: undefined,
  low: undefined,
  high: undefined,
  interval: "",
  simultaneous_low: undefined,
  simultaneous_high: undefined,
  only_first: undefined,
  only_second: undefined,
  p_value: undefined,
  specific_in: undefined,
} as const;

/** Puts a table of two runs side by side: every estimate of every row. In files of the same bytes nothing differs. */
export function contrastCells(
  schema: TableSchema,
  [first, second]: readonly [readonly Line[], readonly Line[]],
  { paired, isSame = false }: { readonly paired: PairedRows; readonly isSame?: boolean },
): ContrastRow[] {
  const joined = joinLines(keysOf(schema), first, second);
  return estimatesOf(schema).flatMap((column) => {
    const cells = joined.map(({ first, second }) => {
      const [one, other] = [first, second].map((line) => line?.[column.name]);
      const named = { table: schema.name, quantity: column.name };
      const place = placeOf((first ?? second)!, schema);
      const row = { ...named, ...place, first: one as Value, second: other as Value };
      return { lines: [first, second] as const, row };
    });
    const isDistinct = distinctCells(cells.map(({ row }) => row));
    const [family, ofBoth] = [paired.family(), paired.family()];
    const found = cells.map(({ lines, row }) => {
      if (row.first === undefined || row.second === undefined) return { row };
      const other = row.negation === "both" ? ofBoth : undefined;
      const shared = isDistinct(row) ? family : other;
      const difference = paired.difference(schema, column, lines[0]!, shared);
      return {
        row,
        bounds: () => boundsOf(column, [lines[0]!, lines[1]!], { difference, isSame }),
      };
    });
    return found.filter(({ row }) => (row.first ?? row.second) !== undefined)
      .map(({ row, bounds }) => ({ ...row, ...NO_DIFFERENCE, ...bounds?.() }));
  });
}

type Value = number | undefined;

function boundsOf(
  column: EstimateColumn,
  lines: readonly [Line, Line],
  { difference: paired, isSame }: {
    readonly difference: ReturnType<PairedRows["difference"]>;
    readonly isSame: boolean;
  },
) {
  const [one, other] = lines.map((line) => {
    const { value, low, high } = estimateIn(line, column.name, column);
    return { estimate: value!, low, high };
  });
  const raw = other!.estimate - one!.estimate;
  const difference = Math.abs(raw) <= (column.noise ?? 0) || paired?.isNone ? 0 : raw;
  const found = { difference, ...paired?.discordance, specific_in: specificIn(column, lines) };
  if (paired?.low !== undefined) {
    const { low: simultaneous_low, high: simultaneous_high } = paired.simultaneous?.() ?? {};
    const { low, high } = paired;
    const interval = "paired" as const;
    return { ...found, low, high, interval, simultaneous_low, simultaneous_high };
  }
  const independent = isSame && one!.low !== undefined
    ? { low: 0, high: 0 }
    : differenceInterval(one!, other!);
  return { ...found, ...independent && { ...independent, interval: "independent" as const } };
}

function specificIn(column: EstimateColumn, lines: readonly Line[]): SpecificIn | undefined {
  const [first, second] = lines.map((line) => {
    const { value, control } = estimateIn(line, column.name, column);
    const isAgainst = column.controlled?.isShare && value! < 0; // and so not specific
    return control && (isAgainst ? false : control.isSpecific);
  });
  if (first === undefined || second === undefined) return undefined;
  if (first) return second ? "both" : "first";
  return second ? "second" : "neither";
}

/** The place of a cell: the keys that many tables have, and the others in one text. */
function placeOf(line: Line, schema: TableSchema) {
  const keys = keysOf(schema);
  const others = keys.filter((key) => !Object.hasOwn(PLACE, key)).flatMap((name) => {
    const cell = line[name];
    if (cell === undefined || cell === "") return [];
    return [schema.columns[name]!.kind === "text" ? `${cell}` : `${name} ${cell}`];
  });
  const places = Object.keys(PLACE).map((name) => [
    name,
    keys.includes(name) ? line[name] : undefined,
  ]);
  return {
    ...Object.fromEntries(places) as Pick<ContrastRow, keyof typeof PLACE>,
    other: others.join(", ") || undefined,
  };
}

/** What is of both sides together follows from the sides. */
const TOGETHER = new Set<string | undefined>(["all", "both"]);

/** Makes a test for the cells of a column that are counted: each place once, by side or of both, without segments within these and without what the method fixes. */
export function distinctCells(rows: readonly Placed[]): (row: Placed) => boolean {
  const isFree = freeCells(rows, ({ table, other, layer = 0, role, first, second }) => ({
    site: new Map([["trace", other?.split(",")[0]], ["shares_summary", "resid"]]).get(table),
    layer,
    role,
    values: [first, second],
  }));
  const segments = new Set(rows.map(({ segment }) => segment));
  const whole = ["all", "correct"].find((name) => segments.has(name)) ?? rows[0]?.segment;
  const hasSides = rows.some(({ negation }) => !TOGETHER.has(negation));
  return (row) =>
    row.first !== undefined && row.second !== undefined && row.segment === whole &&
    !(hasSides && TOGETHER.has(row.negation)) && isFree(row);
}

/** Whether a difference holds among all of its column. */
export function isCertain(
  { simultaneous_low: low, simultaneous_high: high }: Pick<
    ContrastRow,
    "simultaneous_low" | "simultaneous_high"
  >,
): boolean {
  return excludesZero({ low, high });
}

/** The tables of accuracies, which have a line for each group of rows. */
export const ACCURATE: readonly string[] = ["summary", "blocks_summary", "benchmark"];

/** The quantities that answer where, in the order of preference. */
const FIRST_SHOWN = ["above_baseline", "share", "cte"];

/** The distinct cells of one quantity: of a share of d or the selectivity of heads, else of the first; by layer if there is one by layer. */
export function mainCells(cells: readonly ContrastRow[]): ContrastRow[] {
  const known = cells.filter(({ table, difference }) =>
    difference !== undefined && !ACCURATE.includes(table) && table !== "evaluate"
  );
  const layered = known.filter(({ layer }) => layer !== undefined);
  const some = layered.length > 0 ? layered : known;
  const main = FIRST_SHOWN.map((name) => some.find(({ quantity }) => quantity === name))
    .find((cell) => cell !== undefined) ?? some[0];
  const column = cells.filter(({ table, quantity }) =>
    table === main?.table && quantity === main.quantity
  );
  const whole = column.filter(({ role }) => role === undefined); // beside which roles are parts of a head
  return (whole.length > 0 ? whole : column).filter(distinctCells(column));
}
