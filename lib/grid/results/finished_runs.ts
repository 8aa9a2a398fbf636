/** The runs of a study that are finished, and why the others are not. */

import { join } from "node:path";
import { NegscopeError } from "../../errors.ts";
import type { Manifest } from "../../files/manifest.ts";
import { readFinished } from "../../files/run_record.ts";
import { readFinishedParts } from "../../parts/parts_folder.ts";
import { identityDifference, type RunIdentity, versionsNow } from "../../runs/identity.ts";
import { printOptions, standardOptions } from "../../options/values.ts";
import { printChoice } from "../../study/choice/study_options.ts";
import { experimentOf, optionsOfTask } from "../file/keys.ts";
import { cellsOf, choiceOf, type Grid, type GridCell } from "../grid.ts";
import { checksumsWith } from "../../opening/other_model.ts";
import { openInputs } from "../../opening/choice/open_inputs.ts";
import { KnownDigests } from "../../files/sha256.ts";
import { needsAlignment, readsOf } from "../../study/experiment/by_options.ts";

/** A finished run with tables. */
export interface FinishedTables {
  /** Its name among the experiments: that of the study file, with `/PART` for a part of an atlas. */
  readonly experiment: string;
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
  const sources = new CellSources();
  const runs: StudyRun[] = [];
  for (const cell of cellsOf(grid)) {
    try {
      runs.push({ cell, tables: await tablesOf(cell, join(out, cell.folder), sources) });
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      runs.push({ cell, tables: [], missing: error.reason ?? error.message });
    }
  }
  return runs;
}

/** The tables of a run; throws if it is not finished, or another's. */
async function tablesOf(
  cell: GridCell,
  folder: string,
  sources: CellSources,
): Promise<FinishedTables[]> {
  const { name, task } = cell.experiment;
  const manifest = await readFinished(folder);
  await refuseOther(cell, { folder, manifest }, sources);
  const whole: FinishedTables = { experiment: name, task, folder, manifest };
  if (task !== "atlas") return [whole];
  const parts = await readFinishedParts(folder, manifest);
  return [
    whole,
    ...parts.map(({ name: part, folder, manifest }) => (
      { experiment: `${name}/${part}`, task: part, folder, manifest }
    )),
  ];
}

/** Refuses a finished run that is not that of a cell: the study file, the files that it names, or the kit have changed since. */
async function refuseOther(
  cell: GridCell,
  { folder, manifest }: Pick<FinishedTables, "folder" | "manifest">,
  sources: CellSources,
): Promise<void> {
  const { task, options } = cell.experiment;
  const values = { ...standardOptions(experimentOf(task)?.options ?? {}), ...options };
  const identity: RunIdentity = {
    command: task,
    options: {
      ...printChoice(choiceOf(cell)),
      seed: `${cell.seed}`,
      ...printOptions(optionsOfTask(task), values),
    },
    versions: versionsNow(),
    sources: manifest.sources,
  };
  const difference = identityDifference(manifest, identity) ??
    (cell.model.missing === undefined // else its files are on another machine
      ? identityDifference(manifest, { ...identity, sources: await sources.of(cell) })
      : undefined);
  if (difference === undefined) return;
  const { key, called, there, here } = difference;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot use run "${folder}"`,
    reason: key === "versions.code"
      ? "its folder holds a run that was made by other code of the kit"
      : `its folder holds another run, whose ${called} is ${there}, not ${here}`,
  });
}

/** Checksums of the cells of a study; each file is read once. */
class CellSources {
  readonly #digests = new KnownDigests();
  readonly #known = new Map<string, Promise<Manifest["sources"]>>();

  /** The sources that a run of a cell would record. */
  of(cell: GridCell): Promise<Manifest["sources"]> {
    const { model, data, experiment: { task, options }, seed } = cell;
    const experiment = experimentOf(task);
    const isAtlas = experiment === undefined;
    const imagesAre = isAtlas || readsOf(experiment, options) === "text and images"
      ? "needed" as const
      : "used" as const;
    const aligned = isAtlas || needsAlignment(experiment, options);
    const drawnBy = data.choice.limit === undefined ? 0 : seed;
    const other = experiment?.otherModel?.(options);
    const place = [model.name, data.name, imagesAre, aligned, drawnBy, isAtlas];
    const key = JSON.stringify([other, ...place]);
    return this.#known.getOrInsertComputed(key, async () => {
      const inputs = await openInputs(choiceOf(cell), { imagesAre, aligned, seed });
      const { sources } = await checksumsWith(other, inputs, this.#digests);
      if (!isAtlas) return sources;
      const { subjectSizes } = inputs; // which one part alone reads
      return { ...sources, data: sources.data.filter((file) => file !== subjectSizes) };
    });
  }
}
