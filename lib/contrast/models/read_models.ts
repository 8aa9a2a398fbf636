/** The models in the folders of runs, of an atlas or the paper, and of studies, each with its finished runs. */

import { folderNames } from "../../compare/model_names.ts";
import { readTables } from "../../compare/read_tables.ts";
import { type Manifest, readFinished } from "../../files/manifest.ts";
import { PARTS_FILE, readFinishedParts } from "../../parts/parts_folder.ts";
import type { CsvRow } from "../../tables/csv.ts";
import type { FinishedRun } from "../runs/contrast_runs.ts";
import { imagesOf } from "../same_images.ts";

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
  const names = folderNames(operands.map(({ folder }) => folder));
  const read = await Promise.all(operands.map(async (operand, i): Promise<ModelRuns[]> => {
    const { manifest: { command, seed } } = operand;
    if (command === STUDY) return await modelsOfStudy(operand);
    return [{ name: names[i]!, data: undefined, seed, runs: await runsOf(operand) }];
  }));
  const models = read.flat();
  const keyOf = ({ name, data, seed }: ModelRuns) => JSON.stringify([name, data, seed]);
  const alike = Map.groupBy(models, keyOf);
  return models.map((model, i) =>
    alike.get(keyOf(model))!.length > 1 ? { ...model, name: `${model.name} ${i + 1}` } : model
  );
}

async function modelsOfStudy({ folder, manifest }: FinishedRun): Promise<ModelRuns[]> {
  const cells = new Set(manifest.sources.data.map(({ file }) => file));
  const runs = await Promise.all(Array.from(cells, async (cell) => {
    const [name, data] = cell.split("/") as [string, string];
    const run = await finishedRun(`${folder}/${cell}`);
    return { name, data, seed: run.manifest.seed, runs: await runsOf(run) };
  }));
  const models = Map.groupBy(runs, ({ name, data, seed }) => JSON.stringify([name, data, seed]));
  return [...models.values()].map((ofModel) => (
    { ...ofModel[0]!, runs: ofModel.flatMap(({ runs }) => runs) }
  ));
}

async function finishedRun(folder: string): Promise<FinishedRun> {
  return { folder, manifest: await readFinished(folder) };
}

/** A run by itself, or the parts of an atlas or the paper. */
async function runsOf(run: FinishedRun): Promise<FinishedRun[]> {
  if (!hasParts(run.manifest)) return [run];
  return await readFinishedParts(run.folder, run.manifest);
}

/** The one checksum of all images that a model's runs read. */
export function imagesOfModel({ runs }: ModelRuns): string | undefined {
  return runs.map(({ manifest }) => imagesOf(manifest)).find((sum) => sum !== undefined);
}

/** Reads a table of the first run that has it. */
export async function tableOf(
  { runs }: ModelRuns,
  name: string,
  isMeant: (manifest: Manifest) => boolean = () => true,
): Promise<readonly CsvRow[]> {
  for (const { folder, manifest } of runs.filter(({ manifest }) => isMeant(manifest))) {
    const rows = (await readTables(folder, manifest, [name])).get(name);
    if (rows !== undefined) return rows;
  }
  return [];
}
