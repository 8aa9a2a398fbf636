/** The models in the folders of runs, of an atlas or the paper, and of studies, each with its finished runs. */

import { basename, dirname, resolve } from "node:path";
import { readTables } from "../../compare/read_tables.ts";
import type { Manifest } from "../../files/manifest.ts";
import { readFinished } from "../../files/run_record.ts";
import { PARTS_FILE, type PartsRecord, readRecord } from "../../parts/parts_folder.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { FinishedRun } from "../runs/contrast_runs.ts";

/** A model on some data, with its runs. */
export interface ModelRuns {
  readonly name: string;
  /** The name of the data in a study; the rows that the run kept otherwise. */
  readonly data: string | undefined;
  readonly seed: number;
  readonly runs: readonly FinishedRun[];
}

/** The command of a study, whose folder has a run in `MODEL/DATA/EXPERIMENT` and, with several seeds, `seed_K` below. */
export const STUDY = "study";

export function hasParts({ checksums = {} }: Manifest): boolean {
  return Object.hasOwn(checksums, PARTS_FILE);
}

/** Reads the models of folders, in their order; names that two share get the folder's before them. */
export async function readModels(operands: readonly FinishedRun[]): Promise<ModelRuns[]> {
  const models: ModelRuns[] = [];
  const names = namesOf(operands.map(({ folder }) => resolve(folder)));
  for (const [i, operand] of operands.entries()) {
    const { folder, manifest } = operand;
    if (manifest.command !== STUDY) {
      const runs = await runsOf(operand);
      models.push({ name: names[i]!, data: undefined, seed: manifest.seed, runs });
      continue;
    }
    const cells = new Set(manifest.sources.data.map(({ file }) => file));
    const grouped = new Map<
      string,
      { name: string; data: string; seed: number; runs: FinishedRun[] }
    >();
    for (const cell of cells) {
      const [name, data] = cell.split("/") as [string, string];
      const run = {
        folder: `${folder}/${cell}`,
        manifest: await readFinished(`${folder}/${cell}`),
      };
      const { seed } = run.manifest;
      const key = JSON.stringify([name, data, seed]);
      const known = grouped.get(key) ?? { name, data, seed, runs: [] };
      grouped.set(key, known);
      known.runs.push(...await runsOf(run));
    }
    models.push(...grouped.values());
  }
  const isTwice = (model: ModelRuns) =>
    models.filter(({ name, data, seed }) =>
      name === model.name && data === model.data && seed === model.seed
    ).length > 1;
  return models.map((model, i) =>
    isTwice(model) ? { ...model, name: `${model.name} ${i + 1}` } : model
  );
}

/** A run by itself, or the parts of an atlas or the paper. */
async function runsOf(run: FinishedRun): Promise<FinishedRun[]> {
  if (!hasParts(run.manifest)) return [run];
  const record: PartsRecord = JSON.parse(await readRecord(run.folder, run.manifest));
  const runs: FinishedRun[] = [];
  for (const part of Object.keys(record.parts)) {
    const folder = `${run.folder}/${part}`;
    runs.push({ folder, manifest: await readFinished(folder) });
  }
  return runs;
}

/** The last part of each path that tells it from the others: `a` and `b` of `a/trace` and `b/trace`. */
function namesOf(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  const isShared = paths.length > 1 && new Set(names).size === 1 && new Set(paths).size > 1;
  if (isShared) return namesOf(paths.map(dirname));
  return paths.map((path, i) =>
    names.filter((name) => name === names[i]).length === 1
      ? names[i]!
      : `${basename(dirname(path))}/${names[i]}`
  );
}

/** Reads a table of the first run that has it. */
export async function tableOf(
  { runs }: ModelRuns,
  name: string,
  isMeant: (manifest: Manifest) => boolean = () => true,
): Promise<readonly CsvRow[]> {
  const run = runs.find(({ manifest }) =>
    Object.hasOwn(manifest.checksums ?? {}, `${name}.csv`) && isMeant(manifest)
  );
  return run === undefined
    ? []
    : (await readTables(run.folder, run.manifest, [name])).get(name) ?? [];
}
