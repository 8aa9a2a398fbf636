/** The tables of a finished run that can be compared with the published tables. */

import { NegscopeError } from "../../errors.ts";
import { COMPARED_TABLES, type ComparedCell, type ComparedName, readCells } from "./cells.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { readDirection } from "../../experiments/trace/direction.ts";
import { readTables } from "../read_tables.ts";
import { readFinished, recordOf, type RunRecord } from "../../files/run_record.ts";

/** The row counts of one side. */
export interface SideCounts {
  readonly n: number;
  /** Rows by segment; undefined without images. */
  readonly segments:
    | { readonly correct: number; readonly ambiguous: number; readonly incorrect: number }
    | undefined;
}

/** A finished run. */
export interface RunTables {
  /** The record in its manifest. */
  readonly record: RunRecord;
  /** The measured cells of the tables that it has, in the order of the files. */
  readonly tables: ReadonlyMap<ComparedName, readonly ComparedCell[]>;
  /** Row counts by side, from summary.csv or otherwise from heads.csv. */
  readonly counts: ReadonlyMap<Negation, SideCounts>;
  /** The names of the files with these cells and counts. */
  readonly files: readonly string[];
}

/** The site of the published map. */
const PUBLISHED_SITE = "resid";

/** The direction of the published map. */
const PUBLISHED_DIRECTION = "denoise";

/** Reads a finished run: its manifest, and those of trace.csv, heads.csv, head_roles.csv and summary.csv that exist. */
export async function readRunTables(folder: string): Promise<RunTables> {
  const manifest = await readFinished(folder);
  const names = [...COMPARED_TABLES.map(({ schema }) => schema.name), "summary"];
  const tables = await readTables(folder, manifest, names);
  return tablesOfRun(recordOf(folder, manifest), tables);
}

/** Selects what can be compared from a run's tables: of a trace in both directions, that of the published map. */
export function tablesOfRun(
  record: RunRecord,
  files: ReadonlyMap<string, readonly CsvRow[]>,
): RunTables {
  const { folder } = record;
  const traced = files.get("trace")?.find((row) => row.text("site") !== PUBLISHED_SITE);
  if (traced !== undefined) {
    const site = traced.text("site");
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      subject: folder,
      reason: `its trace.csv is of site "${site}", but the published one is of "${PUBLISHED_SITE}"`,
      fix: `trace with --site ${PUBLISHED_SITE}`,
    });
  }
  const tables = new Map<ComparedName, ComparedCell[]>();
  for (const table of COMPARED_TABLES) {
    const rows = files.get(table.schema.name);
    if (rows === undefined) continue;
    const chosen = table.name === "causal_trace" ? inPublishedDirection(folder, rows) : rows;
    tables.set(table.name, readCells(chosen, table));
  }
  if (tables.size === 0) {
    const expected = COMPARED_TABLES.map(({ schema, task }) =>
      `${schema.name}.csv of deno task ${task}`
    );
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      subject: folder,
      reason: "it has no table that was published",
      expected: [...new Set(expected)].join(", "),
      fix: `two runs are put side by side by: deno task contrast ${folder} RUN`,
    });
  }
  return {
    record,
    tables,
    counts: countRows(files),
    files: [...files.keys()].map((name) => `${name}.csv`),
  };
}

/** The rows of a trace in the direction of the published map. */
function inPublishedDirection(folder: string, rows: readonly CsvRow[]): readonly CsvRow[] {
  const chosen = rows.filter((row) => readDirection(row) === PUBLISHED_DIRECTION);
  if (chosen.length > 0 || rows.length === 0) return chosen;
  throw new NegscopeError("not-comparable", {
    problem: `Cannot compare run "${folder}"`,
    subject: folder,
    reason: `its trace.csv is of direction "${
      readDirection(rows[0]!)
    }", but the published one is of "${PUBLISHED_DIRECTION}"`,
    fix: `trace with --direction ${PUBLISHED_DIRECTION} or both`,
  });
}

function countRows(files: ReadonlyMap<string, readonly CsvRow[]>): Map<Negation, SideCounts> {
  const summary = files.get("summary");
  const rows = summary ?? files.get("heads");
  if (rows === undefined) return new Map();
  return new Map(NEGATIONS.map((side): [Negation, SideCounts] => {
    const row = rows.find((row) => row.text("negation") === side);
    const segment = (name: string) => row?.count(name) ?? 0;
    const segments = summary && {
      correct: segment("correct"),
      ambiguous: segment("ambiguous"),
      incorrect: segment("incorrect"),
    };
    return [side, { n: row?.count("n") ?? 0, segments }];
  }));
}
