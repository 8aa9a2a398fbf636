/** The tables of a finished run that can be compared with the published tables. */

import { NegscopeError } from "../../errors.ts";
import { COMPARED_TABLES, type ComparedCell, type ComparedName, readCells } from "./cells.ts";
import type { CsvRow } from "../../tables/csv.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import { readDirection } from "../../experiments/trace/cells.ts";
import { readTables } from "../read_tables.ts";
import { readFinished, recordOf, type RunRecord } from "../../files/manifest.ts";

interface SideCounts {
  readonly n: number;
  /** Undefined without images. */
  readonly segments: Readonly<Record<"correct" | "ambiguous" | "incorrect", number>> | undefined;
}

export interface RunTables {
  readonly record: RunRecord;
  /** The measured cells of the tables that it has, in the order of the files. */
  readonly tables: ReadonlyMap<ComparedName, readonly ComparedCell[]>;
  /** Row counts by side, from summary.csv or otherwise from heads.csv. */
  readonly counts: ReadonlyMap<Negation, SideCounts>;
  readonly files: readonly string[];
}

const [PUBLISHED_SITE, PUBLISHED_DIRECTION] = ["resid", "denoise"];

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
  const tables = new Map<ComparedName, ComparedCell[]>();
  for (const table of COMPARED_TABLES) {
    const rows = files.get(table.schema.name);
    if (rows === undefined) continue;
    const chosen = table.name === "causal_trace" ? publishedTrace(folder, rows) : rows;
    tables.set(table.name, readCells(chosen, table));
  }
  if (tables.size === 0) {
    const expected = COMPARED_TABLES.map(({ schema, task }) =>
      `${schema.name}.csv of deno task ${task}`
    );
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
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

/** The rows of a trace at the site and in the direction of the published map. */
function publishedTrace(folder: string, rows: readonly CsvRow[]): readonly CsvRow[] {
  const traits = [
    ["site", PUBLISHED_SITE, (row: CsvRow) => row.text("site"), ""],
    ["direction", PUBLISHED_DIRECTION, readDirection, " or both"],
  ] as const;
  return traits.reduce((chosen, [name, published, traitOf, also]) => {
    const some = chosen.filter((row) => traitOf(row) === published);
    if (some.length > 0 || chosen.length === 0) return some;
    throw new NegscopeError("not-comparable", {
      problem: `Cannot compare run "${folder}"`,
      reason: `its trace.csv is of ${name} "${
        traitOf(chosen[0]!)
      }", but the published one is of "${published}"`,
      fix: `trace with --${name} ${published}${also}`,
    });
  }, rows);
}

function countRows(files: ReadonlyMap<string, readonly CsvRow[]>): Map<Negation, SideCounts> {
  const summary = files.get("summary");
  const rows = summary ?? files.get("heads");
  if (rows === undefined) return new Map();
  return new Map(NEGATIONS.map((side): [Negation, SideCounts] => {
    const row = rows.find((row) => row.text("negation") === side);
    const count = (name: string) => row?.count(name) ?? 0;
    const segments = summary && {
      correct: count("correct"),
      ambiguous: count("ambiguous"),
      incorrect: count("incorrect"),
    };
    return [side, { n: count("n"), segments }];
  }));
}
