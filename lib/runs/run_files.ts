/** The names of a run's files. */

import { checkTexName } from "../draw/pictures.ts";
import type { OutcomeFiles } from "../study/experiment/outcome.ts";

const REPORT = "report.html";
export const SUMMARY = "summary.txt";

const CLOSING_FILES = [SUMMARY, REPORT] as const;

/** The file that a shard leaves for merging: everything that was measured, one line for each row of the data. */
export const SHARD_ROWS = "rows.jsonl";

/** The names of an experiment's files in the order of a folder's list. */
export function fileNames(
  { tables, charts, files = [] }: OutcomeFiles,
  endings: readonly string[],
): string[] {
  if (endings.includes("tex")) charts.forEach(checkTexName); // before a run, not at its end
  return [
    ...tables.map((name) => `${name}.csv`),
    ...files.map((name) => `${name}.json`),
    ...charts.flatMap((name) => ["vl.json", ...endings].map((ending) => `${name}.${ending}`)),
    ...CLOSING_FILES,
  ];
}

export function filesText(out: string, files: readonly string[]): string {
  const others = files.filter((file) => file !== REPORT);
  return `Report: ${out}/${REPORT}\nFiles in ${out}: ${others.join(", ")}`;
}

/** The names of all files of a run except its manifest, in the order of a folder's list. */
export function runFiles(
  files: OutcomeFiles,
  { endings, sharded, rowsOnly = false }: {
    readonly endings: readonly string[];
    readonly sharded: boolean;
    readonly rowsOnly?: boolean | undefined;
  },
): string[] {
  if (sharded && rowsOnly) return [SHARD_ROWS];
  const names = fileNames(files, endings);
  return sharded ? [...names, SHARD_ROWS] : names;
}
