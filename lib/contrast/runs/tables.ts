/** contrast.csv and contrast_summary.csv: every estimate of every table that two runs have, and how far they agree. */

import { agreementOf, freeCells } from "../../compare/agreement.ts";
import { differenceInterval } from "../../stats/estimate.ts";
import { numberOrNone } from "../../study/columns.ts";
import { estimateIn } from "../../study/controls/read_estimate.ts";
import type { CsvRow } from "../../tables/csv.ts";
import {
  type EstimateColumn,
  estimatesOf,
  excludesZero,
  joinFiles,
  type KeyCells,
  keyCells,
  keysOf,
} from "../../tables/estimates.ts";
import {
  count,
  fillTable,
  key,
  optional,
  type RowOf,
  type Table,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";
import type { PairedRows } from "./paired.ts";

const COLUMN = {
  table: key(text("The table: a CSV file of both runs without its extension.")),
  quantity: key(text("Its column, an estimate.")),
} as const;

const PLACE = {
  negation: optional(key(text("The negated side, or `all` rows."))),
  segment: optional(key(text("The group of rows."))),
  layer: optional(key(count("The block's number from 1; 0 for the embeddings."))),
  head: optional(key(count("The head's number from 1."))),
  role: optional(key(text("The token's role."))),
  other: optional(key(text(
    "The table's other keys: a text as it is, a number after the name of its column.",
  ))),
} as const;

const SIMULTANEOUS = {
  simultaneous_low: numberOrNone(
    "",
    "Lower bound of the paired interval that holds at once for all differences of the column over all rows of a side (of CTE over the correct ones), of cells that the method does not fix.",
  ),
  simultaneous_high: numberOrNone("", "Upper bound of the same."),
} as const;

export const CONTRAST = table(
  "contrast",
  "Of two runs: one row for each estimate that either has, of all tables that both have, joined by their keys.",
  {
    ...COLUMN,
    ...PLACE,
    first: numberOrNone("", "The first run's value."),
    second: numberOrNone("", "The second run's value."),
    difference: numberOrNone(
      "",
      "The second minus the first; 0 if that is no more than rounding (1e-4 for logits), or if no row of a share of d differs by more.",
    ),
    low: numberOrNone("", "Lower bound of the 95 % interval of the difference."),
    high: numberOrNone("", "Upper bound of the same."),
    interval: text<"paired" | "independent" | "">(
      "`paired`: both values are of the same rows, and the interval is that of their difference over the same samples of clusters, of accuracies that of Bonett and Price (2012); [0, 0] where no row differs. `independent`: it follows from both intervals (Zou and Donner 2008), too wide where values on the same rows rise and fall together.",
    ),
    ...SIMULTANEOUS,
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

export const CONTRAST_SUMMARY = table(
  "contrast_summary",
  "Of two runs: one row for each column that is compared.",
  {
    ...COLUMN,
    cells: count("Cells that either run has.", "cells"),
    n: count(
      "Those with a value in both over all rows of a side (of CTE over the correct ones), without cells that the method fixes; the columns after this one are over them.",
      "cells",
    ),
    rho: numberOrNone("", "Spearman's rho of both runs' values; empty below three cells."),
    mean_absolute_difference: numberOrNone("", "Mean of |difference|."),
    n_intervals: count("Those whose difference has a simultaneous interval.", "cells"),
    n_off_zero: count("Those whose simultaneous interval excludes 0.", "cells"),
    largest_absolute_difference: numberOrNone(
      "",
      "Largest |difference|.",
    ),
  },
);

export type ContrastSummaryRow = RowOf<typeof CONTRAST_SUMMARY>;

/** A cell of both runs before its difference is known. */
interface JoinedCell {
  readonly rows: readonly [CsvRow | undefined, CsvRow | undefined];
  readonly keys: KeyCells;
  readonly row: Omit<ContrastRow, keyof typeof NO_DIFFERENCE>;
}

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

/**
 * Puts a table of two runs side by side: every estimate of every row.
 *
 * @param isSame Whether both files have the same bytes, so that nothing in them differs.
 */
export function contrastCells(
  schema: TableSchema,
  [first, second]: readonly [readonly CsvRow[], readonly CsvRow[]],
  { paired, isSame = false }: { readonly paired: PairedRows; readonly isSame?: boolean },
): ContrastRow[] {
  const isThere = ({ name }: EstimateColumn) => [...first, ...second].every((row) => row.has(name));
  const joined = joinFiles(schema, first, second).map(({ first, second }) => {
    const keys = keyCells((first ?? second)!, keysOf(schema));
    return { rows: [first, second] as const, keys, place: placeOf(keys, schema) };
  });
  return estimatesOf(schema).filter(isThere).flatMap((column) => {
    const cells = joined.map(({ rows, keys, place }): JoinedCell => {
      const [one, other] = rows.map((row) => row?.number(column.name));
      const named = { table: schema.name, quantity: column.name, ...place };
      return { rows, keys, row: { ...named, first: one, second: other } };
    });
    const isDistinct = distinctCells(cells.map(({ row }) => row));
    const family = paired.family();
    const found = cells.map(({ rows: [one, other], keys, row }) => {
      const { first, second } = row;
      if (one === undefined || other === undefined) return { row };
      if (first === undefined || second === undefined) return { row };
      const shared = isDistinct(row) ? family : undefined;
      const difference = paired.difference(column, keys, [first, second], shared);
      return { row, bounds: () => boundsOf(column, [one, other], { difference, isSame }) };
    });
    return found.map(({ row, bounds }) => ({ ...row, ...NO_DIFFERENCE, ...bounds?.() }));
  });
}

/** A difference with its interval, paired if it can be. */
function boundsOf(
  column: EstimateColumn,
  rows: readonly [CsvRow, CsvRow],
  { difference: paired, isSame }: {
    readonly difference: ReturnType<PairedRows["difference"]>;
    readonly isSame: boolean;
  },
) {
  const { name, interval: bounds, noise = 0 } = column;
  const [one, other] = rows.map((row) => {
    const bound = (side: "low" | "high") =>
      bounds !== undefined && row.has(bounds[side]) ? row.number(bounds[side]) : undefined;
    return { estimate: row.number(name)!, low: bound("low"), high: bound("high") };
  });
  const raw = other!.estimate - one!.estimate;
  const difference = Math.abs(raw) <= noise || paired?.isNone === true ? 0 : raw;
  const found = { difference, ...paired?.discordance, specific_in: specificIn(column, rows) };
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

function specificIn(column: EstimateColumn, rows: readonly CsvRow[]): SpecificIn | undefined {
  const [first, second] = rows.map((row) => {
    const { value, control } = estimateIn(row, column.name, column);
    const isAgainst = column.controlled?.isShare === true && (value ?? 0) < 0; // and so not specific
    return control && (isAgainst ? false : control.isSpecific);
  });
  if (first === undefined || second === undefined) return undefined;
  if (first) return second ? "both" : "first";
  return second ? "second" : "neither";
}

/** The place of a cell: the keys that many tables have, and the others in one text. */
function placeOf(
  { negation, segment, layer, head, role, ...rest }: KeyCells,
  { columns }: TableSchema,
) {
  const texts = Object.entries(rest).filter(([, cell]) => cell !== "").map(([name, cell]) =>
    columns[name]!.kind === "text" ? cell : `${name} ${cell}`
  );
  const numberIn = (cell: string | undefined) => cell ? Number(cell) : undefined;
  return {
    negation: negation || undefined,
    segment: segment || undefined,
    layer: numberIn(layer),
    head: numberIn(head),
    role: role || undefined,
    other: texts.join(", ") || undefined,
  };
}

type Placed = JoinedCell["row"];

/**
 * Makes a test for the cells of a column that are counted: each place once, with the rows of one side or of both, but not with segments within
 * these, and without what the method fixes for every model.
 */
function distinctCells(rows: readonly Placed[]): (row: Placed) => boolean {
  const isFree = freeCells(rows, ({ table, other, layer = 0, role, first, second }) => ({
    site: new Map([["trace", other?.split(",")[0]], ["shares_summary", "resid"]]).get(table),
    layer,
    role,
    values: [first, second],
  }));
  const segments = new Set(rows.map(({ segment }) => segment));
  const whole = ["all", "correct"].find((name) => segments.has(name)) ?? rows[0]?.segment;
  const hasSides = rows.some(({ negation }) => negation !== "all");
  return (row) =>
    row.first !== undefined && row.second !== undefined && row.segment === whole &&
    !(hasSides && row.negation === "all") && isFree(row);
}

export function summarizeContrast(cells: readonly ContrastRow[]): Table<ContrastSummaryRow> {
  const columns = Map.groupBy(cells, ({ table, quantity }) => `${table} ${quantity}`);
  const summaries = [...columns.values()].map((rows): ContrastSummaryRow => {
    const distinct = rows.filter(distinctCells(rows));
    const { largest: _, ...agreement } = agreementOf(distinct, (row) => [row.first, row.second]);
    const { table, quantity } = rows[0]!;
    return {
      ...{ table, quantity, cells: rows.length },
      ...agreement,
      n_intervals: distinct.filter(({ simultaneous_low: low }) => low !== undefined).length,
      n_off_zero: distinct.filter(isCertain).length,
    };
  });
  return fillTable(CONTRAST_SUMMARY, summaries);
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
export const ACCURATE: readonly string[] = ["summary", "benchmark"];

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
