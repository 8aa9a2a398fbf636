/** The main estimates of an experiment in each group of rows, and which of them differ between groups. */

import { FEWEST_CLUSTERS, togetherWidth } from "../../stats/estimate.ts";
import { estimatesOf, keysOf } from "../../tables/estimates.ts";
import {
  type AnyTable,
  fillTable,
  key,
  optional,
  type Row,
  type Table,
  table,
  type TableSchema,
  text,
} from "../../tables/table.ts";
import { clusterOf } from "../clusters.ts";
import { high, low, numberOrNone } from "../columns.ts";
import type { AnyTables, MeasuredRow, TableContext } from "../experiment/experiment.ts";
import type { Pair } from "../../data/pairs.ts";
import { estimateText } from "../../tables/text_table.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import { bars } from "../../charts/bars.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";

const MOST_GROUPS = 12;

export const EFFECT_GROUPS = table(
  "effect_groups",
  `In \`evaluate\` accuracy and mean d (table \`summary\`), gamma, alpha and \`sentences_right\` (table \`blocks_summary\`) of each frame, negator and scope in the data, and of all three together. In others the main estimate of their summary tables, by columns of the data of which two groups have ${FEWEST_CLUSTERS} clusters or more, up to ${MOST_GROUPS} of these. In \`correlate\` also the accuracy on the rows whose foil is negated, by the subject's size.`,
  {
    column: key(text(
      "The column of the data: `frame`, `negator`, `scope`, or `frame x negator x scope`; in `correlate` also `subject_size`.",
    )),
    group: key(text(
      "What it holds; of `subject_size` what the subjects exceed: the paper's 0, .05, .1 and .2 if at least a tenth of the subjects is larger than .2, otherwise 0 and the quartiles of the sizes.",
    )),
    table: key(text("The summary table, such as `trace`.")),
    negation: key(text("The negated side, as in that table; `all` where it has both together.")),
    segment: key(text("The segment, as in that table: `all` where it has all rows together.")),
    place: optional(
      key(text("The other keys of the table's row, such as `layer 3, head 2`; empty without any.")),
    ),
    estimate: text("The column of the table, such as `share`."),
    n: numberOrNone("rows", "Number of rows, as in the table."),
    value: numberOrNone("", "The estimate; its unit is that of the column of the table."),
    low: low(""),
    high: high(""),
  },
);

/** A row of effect_groups.csv: an estimate over the rows of one group. */
export type EffectGroupRow = Row<
  Record<"column" | "group" | "table" | "negation" | "segment" | "estimate", string> & {
    readonly place: string | undefined;
  },
  never,
  "n" | "value" | "low" | "high"
>;

type Rows = readonly MeasuredRow<unknown>[];

/** The table of the groups of rows, each with its own tables; undefined if there are not two groups to compare. */
export async function groupEstimates(
  rows: Rows,
  { cluster, make }: Pick<TableContext, "cluster"> & {
    readonly make: (rows: Rows) => Promise<AnyTables>;
  },
): Promise<Table<EffectGroupRow> | undefined> {
  const made: EffectGroupRow[] = [];
  for (const { column, group, places } of comparedGroups(rows, cluster)) {
    const ofGroup = places.map((place) => rows[place]!);
    const tables = await make(ofGroup);
    for (const line of mainLines(tables)) made.push({ column, group, ...line });
  }
  return made.length === 0 ? undefined : fillTable(EFFECT_GROUPS, made);
}

/** The groups with enough clusters, of columns with two or more; none twice, as where each frame has one negator and scope. */
function comparedGroups(rows: Rows, cluster: TableContext["cluster"]) {
  const pairs = rows.map(({ pair }) => pair);
  const enough = rowGroups(pairs).filter(({ places }) =>
    new Set(places.map((place) => clusterOf(pairs[place]!, cluster))).size >= FEWEST_CLUSTERS
  );
  const known = new Set<string>();
  return GROUP_COLUMNS.flatMap((column) => {
    const groups = enough.filter((group) => group.column === column);
    const largest = groups.toSorted((a, b) => b.places.length - a.places.length);
    const shown = groups.filter((group) => largest.indexOf(group) < MOST_GROUPS);
    const split = JSON.stringify(shown.map(({ places }) => places));
    if (shown.length < 2 || known.has(split)) return [];
    known.add(split);
    return shown;
  });
}

const SIDES: readonly string[] = ["negation", "segment"];

/** The rows of all tables with an estimate that is compared with controls, which is their main one. */
function* mainLines(tables: AnyTables) {
  const met = new Set<string>(); // a second table may have the same estimates
  for (const table of Object.values<AnyTable>(tables)) {
    const { name, schema = { columns: {} } as TableSchema } = table;
    const estimate = estimatesOf(schema).find(({ controlled }) => controlled);
    const keys = keysOf(schema);
    if (estimate?.interval === undefined || !keys.includes("negation")) continue;
    const { rows } = table; // those of other tables may be long, and not in memory
    const whole = SIDES.filter((name) => rows.some((row) => row[name] === "all"));
    for (const row of rows) {
      if (whole.some((name) => row[name] !== "all")) continue;
      const known = keys.filter((key) => !SIDES.includes(key) && row[key] !== undefined);
      const place = known.map((key) => `${key} ${row[key]}`).join(", ");
      const [negation, segment] = [`${row["negation"]}`, `${row["segment"] ?? "all"}`];
      const own = JSON.stringify([negation, segment, place, estimate.name]);
      if (met.has(own)) continue;
      met.add(own);
      const numberIn = (column: string) => row[column] as number | undefined;
      yield {
        table: name,
        negation,
        segment,
        place: place === "" ? undefined : place,
        estimate: estimate.name,
        ...{ n: numberIn("n"), value: numberIn(estimate.name) },
        ...{ low: numberIn(estimate.interval.low), high: numberIn(estimate.interval.high) },
      };
    }
  }
}

/** The columns by which rows are grouped, and what a row has in them. */
const COLUMNS = [
  ["frame", ({ frame }: Pair) => frame],
  ["negator", ({ negatorWord }: Pair) => negatorWord],
  ["scope", ({ scope }: Pair) => scope],
  ["frame x negator x scope", ({ frame, negatorWord, scope }: Pair) => {
    const all = [frame, negatorWord, scope];
    return all.includes(undefined) ? undefined : all.join(" | ");
  }],
] as const;

type GroupColumn = typeof COLUMNS[number][0];

export const GROUP_COLUMNS: readonly GroupColumn[] = COLUMNS.map(([column]) => column);

/** The groups of all columns, each in the order of the data; rows without a text are in none. */
export function rowGroups(pairs: readonly Pair[]) {
  return COLUMNS.flatMap(([column, valueOf]) => {
    const groups = Map.groupBy(pairs.keys(), (place) => valueOf(pairs[place]!));
    return [...groups].flatMap(([group, places]) =>
      group === undefined ? [] : { column, group, places }
    );
  });
}

/**
 * The estimates that differ between groups of a column, the largest difference first: the intervals of two groups do not overlap, even where
 * all intervals of the column are made as wide as those that hold at once, and the estimates are not {@linkcode LEAST_SHARE} apart at most.
 */
export function groupDifferences(rows: readonly EffectGroupRow[]) {
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

function sizeOf({ lower, higher }: Record<"lower" | "higher", EffectGroupRow>): number {
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

/** Whether each group has one estimate alone, so that bars can show all. */
export function hasGroupChart(rows: readonly EffectGroupRow[]): boolean {
  const groups = rows.filter(({ value }) => value !== undefined).map(({ column, group }) =>
    JSON.stringify([column, group])
  );
  return groups.length > 1 && new Set(groups).size === groups.length;
}

/** Draws a bar for each group, and a panel for each column of the data. */
export function groupChart(rows: readonly EffectGroupRow[], options: ChartOptions): ChartSpec {
  const known = rows.filter(({ value }) => value !== undefined);
  const { estimate } = known[0]!;
  return bars(known.map((row) => ({ ...row, panel: `By ${row.column}` })), {
    ...options,
    title: `${estimate[0]!.toUpperCase()}${estimate.slice(1)} in groups of rows`,
    about:
      `The ${estimate} over the rows of each group by what the data say of them, with an interval for one group each`,
    panels: "panel",
    at: "group",
    value: { field: "value", low: "low", high: "high", title: estimate },
  });
}
