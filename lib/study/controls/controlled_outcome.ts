/** The tables of a run's controls, and what a summary says of them. */

import { BEYOND_CONTROL, BEYOND_ENDING, CONTROL_ENDING, SPECIFIC } from "../../charts/texts.ts";
import {
  type Controlled,
  type EstimateColumn,
  estimatesOf,
  keysOf,
} from "../../tables/estimates.ts";
import {
  type AnyTable,
  type Columns,
  fillTable,
  key,
  optional,
  table as tableOf,
  type TableCell,
  type TableSchema,
  text,
} from "../../tables/table.ts";
import type { Estimate } from "../../stats/estimate.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import type { StatisticsOptions } from "../clusters.ts";
import { numberOrNone } from "../columns.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import type { AnyTables, MeasuredRow, TableContext } from "../experiment/experiment.ts";
import { type Control, controlRuns } from "./control.ts";
import {
  beyondTowers,
  type ControlledRun,
  type ControlOfLine,
  pairedDifferences,
} from "./paired_difference.ts";
import type { Option } from "../../options/option.ts";
import type { Finding } from "../experiment/finding.ts";
import { understandingSteps } from "../effects/understanding.ts";
import { controlNotes } from "./control_text.ts";
import { rowsOfControl } from "./measure_controls.ts";

/** A run, and those of its controls: one each, or with random weights one for each tower; none where there are no rows. */
interface ControlledRuns extends ControlledRun, StatisticsOptions {
  readonly controls: ReadonlyMap<Control, readonly ControlledRun[]>;
}

type ComparedColumn = EstimateColumn & { readonly controlled: Controlled };

/** Puts the controls of all tables beside them, and a table of all controls after each of them. */
export function* withAllControls(run: ControlledRuns): Steps<AnyTables> {
  const { tables, controls } = run;
  if (controls.size === 0) return tables;
  const made: [string, AnyTable][] = [];
  for (const [name, table] of Object.entries<AnyTable>(tables)) {
    const both = yield* withControls(table, run);
    made.push([name, both?.table ?? table]);
    if (both !== undefined) made.push([`${name}Controls`, both.controls]);
  }
  return Object.fromEntries(made);
}

/** Puts the controls of a table beside it. Undefined if it has nothing that is compared with controls. */
function* withControls(whole: AnyTable, run: ControlledRuns) {
  const { schema = { columns: {} } as TableSchema } = whole;
  const estimate = estimatesOf(schema).find((one): one is ComparedColumn =>
    one.controlled !== undefined
  );
  if (estimate === undefined) return undefined;
  const table = { ...whole, rows: whole.rows.filter(({ negation }) => negation !== "both") }; // a control is of a side
  const keys = keysOf(schema);
  const columns = columnsOf(estimate);
  const controls = yield* controlsOf(table, estimate, run);
  const beside = table.rows.map((_, i) => {
    const first = judgeOf(controls.map((lines) => lines[i]!).filter(({ judges }) => judges));
    return first && cellsOf(estimate, first);
  });
  const ofControls = tableOf(
    `${table.name}_controls`,
    "One row for each line of the table of this name and each of its controls.",
    {
      ...Object.fromEntries(keys.map((key) => [key, schema.columns[key]!])),
      ...columns,
      control: key(text(
        "The control: `image`, `determiner`, `random`, or one of its towers such as `random 1`, of which there is the line's value alone.",
      )),
    },
  );
  const lines = table.rows.flatMap((row, i) =>
    controls.map((lines) => ({
      ...Object.fromEntries(keys.map((key) => [key, row[key]])),
      ...cellsOf(estimate, lines[i]!),
    }))
  );
  return {
    table: {
      ...whole,
      columns: [...whole.columns, ...Object.keys(columns)],
      rows: whole.rows.map((row) => ({ ...row, ...beside[table.rows.indexOf(row)] })),
      schema: { ...schema, columns: { ...schema.columns, ...columns } },
    },
    controls: fillTable(ofControls, lines as never) as AnyTable,
  };
}

interface JudgedLine extends ControlOfLine {
  readonly control: string;
  /** Whether the control counts for the verdict on a line, not only in the table of all controls. */
  readonly judges: boolean;
  /** Whether the line is beyond the control; undefined where that cannot be told. */
  readonly isBeyond: boolean | undefined;
}

/** For each control, and each random tower by itself, what it shows in each line. */
function* controlsOf(
  table: AnyTable,
  estimate: ComparedColumn,
  { controls, ...main }: ControlledRuns,
): Steps<JudgedLine[][]> {
  const { hasScale } = estimate.controlled;
  const first =
    (["determiner", "random", "image"] as const).find((name) =>
      controls.has(name) && (name !== "random" || hasScale)
    ) ?? "random"; // another image leaves negation in the sentences: it counts alone
  const made: JudgedLine[][] = [];
  for (const [control, runs] of controls) {
    const judges = control === first || hasScale && control === "random";
    const judged = (lines: readonly ControlOfLine[]) =>
      lines.map((line, i): JudgedLine => (
        { ...line, control, judges, isBeyond: isBeyond(table.rows[i]!, estimate, line.beyond) }
      ));
    if (control !== "random") {
      const ofControl = { main, control: runs[0] ?? { rows: [], tables: {} } };
      made.push(judged(yield* pairedDifferences(table, estimate.controlled, ofControl)));
      continue;
    }
    const { towers, lines } = beyondTowers(table, estimate, runs);
    const ofTowers = towers.map((values, i) => {
      const tower = { control: controlRuns(control)[i]!, judges: false, isBeyond: undefined };
      return values.map((value): JudgedLine => ({ ...tower, value }));
    });
    made.push(judged(lines), ...ofTowers);
  }
  return made;
}

/**
 * Whether a line is beyond its control: its value is at least {@linkcode LEAST_SHARE}, with an interval above 0, and so is that of the
 * difference, which with it holds for all lines at once. Of a share that takes away from d it is not asked.
 */
function isBeyond(
  row: Readonly<Record<string, TableCell>>,
  { name, interval, simultaneous, controlled: { isShare } }: ComparedColumn,
  beyond: Estimate | undefined,
): boolean | undefined {
  const value = row[name] as number | undefined;
  const low = row[(simultaneous ?? interval)!.low] as number | undefined;
  if (value === undefined || low === undefined || beyond?.low === undefined) return undefined;
  if (isShare && value < 0) return undefined;
  return value >= LEAST_SHARE && low > 0 && beyond.low > 0;
}

/** Of several controls one that a line is not beyond, else one of which that is unknown, else the one that comes nearest. */
function judgeOf(all: readonly JudgedLine[]): JudgedLine | undefined {
  const rank = ({ isBeyond }: JudgedLine) => [false, undefined, true].indexOf(isBeyond);
  return all.toSorted((a, b) => rank(a) - rank(b) || Number(a.beyond?.low) - Number(b.beyond?.low) // NaN, where one is unknown, keeps their order
  )[0];
}

function cellsOf(
  { controlled: { stem, isShare } }: ComparedColumn,
  { control, value, beyond, isBeyond }: JudgedLine,
) {
  const difference = `${stem}${BEYOND_ENDING}`;
  return {
    control,
    [`${stem}${CONTROL_ENDING}`]: value,
    [difference]: beyond?.estimate,
    [`${difference}_low`]: beyond?.low,
    [`${difference}_high`]: beyond?.high,
    [verdictName(isShare)]: isBeyond === undefined ? undefined : isBeyond ? "yes" : "no",
  };
}

function verdictName(isShare: boolean): string {
  return isShare ? SPECIFIC : BEYOND_CONTROL;
}

function columnsOf({ unit, controlled: { stem, isShare } }: ComparedColumn): Columns {
  const difference = `${stem}${BEYOND_ENDING}`;
  const half = isShare ? "half the share" : "half the value";
  return {
    control: optional(text(
      "The control of `--control` that the line is compared with: `determiner` or `random`; `image` if it is the only one.",
    )),
    [`${stem}${CONTROL_ENDING}`]: numberOrNone(
      unit,
      `What the control shows in place of the line's value: in \`determiner\` and \`image\` the sum of the sizes of its effects, divided by ${
        isShare ? "the sum of |d| of the run" : "the number of rows"
      }; in \`random\` what random towers reach by chance (docs/methods/controls.md).`,
    ),
    [difference]: numberOrNone(
      unit,
      `How far the line lies beyond the control: ${half} less the control's, over the rows that the control has; of \`random\` the value less the control's.`,
    ),
    [`${difference}_low`]: numberOrNone(
      unit,
      "Lower bound of its simultaneous 95 % interval, over all lines of the table and both sides.",
    ),
    [`${difference}_high`]: numberOrNone(unit, "Upper bound of the same."),
    [verdictName(isShare)]: optional(text(
      `\`yes\` if the line's value is at least ${LEAST_SHARE} and its interval, the simultaneous one where the table has it, and that of the difference are above 0; \`no\` if not; empty where that is not known${
        isShare ? ", and of a share below 0, which takes away from d" : ""
      }.`,
    )),
  };
}

type Rows = readonly MeasuredRow<unknown>[];

/** The tables with their controls beside them, and the tables of all controls, which `make` makes if there are runs of them. */
export async function controlledTables(
  tables: AnyTables,
  { rows, controls, make, seed, cluster }: Pick<TableContext, "seed" | "cluster"> & {
    readonly rows: Rows;
    readonly controls: readonly Control[];
    readonly make: ((rows: Rows) => Promise<AnyTables>) | undefined;
  },
): Promise<AnyTables> {
  const made: ControlledRuns["controls"] = new Map(
    await Promise.all(controls.map(async (control) => {
      const runs = make === undefined ? [] : await Promise.all(
        controlRuns(control).map(async (run) => {
          const ofRun = rowsOfControl(rows, run);
          return { rows: ofRun, tables: await make(ofRun) };
        }),
      );
      return [control, runs] as const;
    })),
  );
  return await inTurns(withAllControls({ rows, tables, controls: made, seed, cluster }));
}

/** The largest gamma of the random towers that were run on rows with scores; undefined if none were. */
export function* largestGamma(
  rows: Rows,
  controls: readonly Control[],
  context: TableContext,
): Steps<number | undefined> {
  const gammas: number[] = [];
  for (const run of controls.includes("random") ? controlRuns("random") : []) {
    const of = rowsOfControl(rows, run).filter(({ scores }) => scores !== undefined);
    const d = of.map(({ scores }) => scores!.d);
    const { gamma } = yield* understandingSteps(of.map(({ pair }) => pair), d, context);
    gammas.push(gamma.estimate ?? -Infinity);
  }
  return gammas.length === 0 ? undefined : Math.max(...gammas);
}

/** What the controls of a run are like, and that the one which tells negation was not run. */
export function controlFinding(
  option: Option<unknown> | undefined,
  rows: Rows,
  run: readonly Control[],
): Finding {
  if (option === undefined || rows.length === 0) return {};
  const isLeftOut = !run.includes("determiner") && option.parse("determiner") !== undefined;
  const said = "Not run: --control determiner, which tells whether a share is of negation";
  return { notes: controlNotes(rows, run), ...isLeftOut && { sentences: [said] } };
}
