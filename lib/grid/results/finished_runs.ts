/** The runs of a study that are finished, and why the others are not. */

import { join } from "node:path";
import { PARTS } from "../../atlas/parts.ts";
import { NegscopeError } from "../../errors.ts";
import type { Manifest } from "../../files/manifest.ts";
import { readFinished } from "../../files/run_record.ts";
import { isFinished } from "../../parts/parts_folder.ts";
import { identityDifference } from "../../runs/folder/identity_difference.ts";
import { printOptions } from "../../options/values.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import { experimentOf, optionsOfTask } from "../file/keys.ts";
import { cellsOf, choiceOf, type Grid, type GridCell } from "../grid.ts";

/** A finished run with tables. */
export interface FinishedTables {
  /** Its name among the experiments: that of the study file, with `/PART` for a part of an atlas. */
  readonly experiment: string;
  /** The task that made its tables. */
  readonly task: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A run of a study, finished or not. */
export interface StudyRun {
  readonly cell: GridCell;
  /** Its tables, those of an atlas with those of its parts; none if it is not finished. */
  readonly tables: readonly FinishedTables[];
  /** Why it is not there; undefined if it is finished. */
  readonly missing?: string;
}

/** Finds the runs of a study, in the order of its file. */
export async function findRuns(grid: Grid, out: string): Promise<StudyRun[]> {
  const runs: StudyRun[] = [];
  for (const cell of cellsOf(grid)) {
    const { name, task } = cell.experiment;
    const folder = join(out, cell.folder);
    const manifest = await finishedOf(folder);
    const missing = typeof manifest === "string" ? manifest : otherThan(cell, manifest);
    if (missing !== undefined || typeof manifest === "string") {
      runs.push({ cell, tables: [], missing: missing! });
      continue;
    }
    const tables: FinishedTables[] = [{ experiment: name, task, folder, manifest }];
    for (const part of task === "atlas" ? PARTS : []) {
      const own = `${folder}/${part.name}`;
      if (!await isFinished(own)) continue;
      const experiment = `${name}/${part.name}`;
      tables.push({
        ...{ experiment, task: part.name, folder: own },
        manifest: await readFinished(own),
      });
    }
    runs.push({ cell, tables });
  }
  return runs;
}

async function finishedOf(folder: string): Promise<Manifest | string> {
  try {
    return await readFinished(folder);
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    return error.reason ?? error.message;
  }
}

/** Why a finished run is not that of a cell: the file has changed since. */
function otherThan(cell: GridCell, manifest: Manifest): string | undefined {
  const { task, options } = cell.experiment;
  const experiment = experimentOf(task);
  const specs = optionsOfTask(task);
  const standard = Object.entries(experiment?.options ?? {}) as [
    string,
    { readonly standard: unknown },
  ][];
  const values = {
    ...Object.fromEntries(standard.map(([name, option]) => [name, option.standard])),
    ...options,
  };
  const difference = identityDifference(manifest, {
    ...manifest,
    command: task,
    options: {
      ...printChoice(choiceOf(cell)),
      seed: `${cell.seed}`,
      ...printOptions(specs, values),
    },
  });
  if (difference === undefined) return undefined;
  const { called, there, here } = difference;
  return `its folder holds another run, whose ${called} is ${there}, not ${here}`;
}
