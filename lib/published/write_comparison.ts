/** Writes a comparison into a folder, as a run is written. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Pictures } from "../draw/pictures.ts";
import { writeReport } from "../report/write_report.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import type { Stopwatch } from "../study/experiment/stopwatch.ts";
import type { AnyTable } from "../tables/table.ts";

/** What a comparison found. */
export interface Compared {
  /** Its tables. */
  readonly tables: readonly AnyTable[];
  /** Its charts by the names of their files. */
  readonly charts: Readonly<Record<string, ChartSpec>>;
  /** The cells to compare. */
  readonly cells: number;
  /** Those that could be compared. */
  readonly measured: number;
}

/** How it is written. */
export interface ComparisonWriting {
  readonly identity: RunIdentity;
  readonly files: readonly string[];
  readonly overwrite: boolean;
  readonly pictures: Pictures;
  readonly findings: string;
  readonly stopwatch: Stopwatch;
  /** The seed of what is drawn. @default {0, since nothing is drawn} */
  readonly seed?: number;
}

/**
 * Writes a comparison.
 *
 * @param folder The folder, opened for it.
 * @param compared What it found.
 * @param writing How it is written.
 */
export async function writeComparison(
  folder: RunFolder,
  { tables, charts, cells, measured }: Compared,
  { identity, files, overwrite, pictures, findings, stopwatch, seed = 0 }: ComparisonWriting,
): Promise<void> {
  const missing = { reason: "not measured", n: cells - measured };
  const manifest = {
    ...identity,
    seed,
    rows: { read: cells, kept: measured, dropped: missing.n === 0 ? [] : [missing] },
    start: stopwatch.start,
    seconds: stopwatch.seconds,
  };
  await folder.begin({ ...manifest, files, finished: false }, { overwrite });
  for (const table of tables) await folder.writeTable(table);
  for (const [name, chart] of Object.entries(charts)) {
    await folder.writeChart(name, chart, pictures);
  }
  await folder.writeSummary(findings);
  const written = { ...manifest, files: folder.files };
  await folder.writeManifest({ ...written, finished: false }); // the report reads it
  await writeReport(folder.path, {
    ...{ drawn: folder.onScreen, written: tables },
    write: (page) => folder.writeReport(page),
  });
  await folder.finish({ ...written, finished: true });
}
