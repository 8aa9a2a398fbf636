/** Runs a whole study on this machine, its jobs one after the other as a scheduler would start them, and writes what its runs say together. */

import { basename, join } from "node:path";
import { headlinesOf, studyTable } from "./study_table.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { type Manifest, readManifest } from "../../files/manifest.ts";
import type { FinishedPart } from "../parts/part.ts";
import { isFinished, readFinishedParts } from "../parts/parts_folder.ts";
import { identityDifference, type RunIdentity } from "../../runs/identity.ts";
import { versionsNow } from "../../runs/run_identity.ts";
import { printOptions } from "../../options/values.ts";
import { printChoice, type StudyChoice } from "../../study/choice/study_options.ts";
import {
  cacheFolder,
  cellsOf,
  choiceOf,
  type Grid,
  type GridCell,
  type GridJob,
  jobsOf,
  optionsOfTask,
  shardsOf,
} from "./grid.ts";
import { checksumsOf, checksumsWith, loadStudy } from "../../opening/load_study.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { KnownDigests } from "../../files/read_file.ts";
import { sha256Text } from "../../reading/sha256.ts";
import { type OpenedRun, openRun } from "../../runs/open_run.ts";
import { writeComparison } from "../compare/comparison.ts";
import { Stopwatch } from "../../study/experiment/measure_rows.ts";
import { rowsOf } from "../../tables/table.ts";
import { ACCURACY_CHART, accuracyChart, studyPage, studySummary } from "./study_report.ts";
import { runAtlas } from "../atlas/atlas.ts";
import { refuseLinks } from "../../files/write_whole.ts";
import { nearestName } from "../../errors/kinds.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { mergeRuns } from "../../runs/merge_runs.ts";
import { type FileRunSettings, runChosen } from "../../runs/run_experiment.ts";

export interface StudyRun {
  readonly cell: GridCell;
  /** Its tables, those of an atlas with those of its parts, `NAME/PART`; none if it is not finished. */
  readonly tables: readonly FinishedPart[];
  readonly missing?: string; // why it is not there; undefined if it is finished
}

export async function findRuns(grid: Grid, out: string): Promise<StudyRun[]> {
  const sources = sourcesOfCells();
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
  sources: SourcesOf,
): Promise<FinishedPart[]> {
  const { name, task } = cell.experiment;
  const run = await openRun(folder);
  await refuseOther(cell, run, sources);
  const parts = task === "atlas" ? await readFinishedParts(folder, run.manifest) : [];
  return [
    { ...run, name },
    ...parts.map((part) => ({ ...part, name: `${name}/${part.name}` })),
  ];
}

/** Refuses a finished run that is not that of a cell: the study file, the files that it names, or the kit have changed since. */
async function refuseOther(
  cell: GridCell,
  { folder, manifest }: Pick<OpenedRun, "folder" | "manifest">,
  sources: SourcesOf,
): Promise<void> {
  const { task, options, chosen } = cell.experiment;
  const identity: RunIdentity = {
    command: task,
    options: {
      ...printChoice(choiceOf(cell)),
      seed: `${cell.seed}`,
      ...printOptions(optionsOfTask(task), chosen?.options ?? options),
    },
    versions: versionsNow(),
    sources: manifest.sources,
  };
  const difference = identityDifference(manifest, identity) ??
    identityDifference(manifest, { ...identity, sources: await sources(cell) });
  if (difference === undefined) return;
  const { key, reason } = difference;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot use run "${folder}"`,
    reason: key === "versions.code"
      ? "its folder holds a run that was made by other code of the kit"
      : `its folder holds another run, ${reason}`,
  });
}

/** Makes a function that finds the sources that a run of a cell would record; each file is read once. */
function sourcesOfCells(): SourcesOf {
  const digests = new KnownDigests();
  const known = new Map<string, Promise<Manifest["sources"]>>();
  return (cell) => {
    const { model, data, experiment: { chosen }, seed } = cell;
    const isAtlas = chosen === undefined;
    const needs = chosen?.needs ?? {};
    const drawnBy = data.choice.limit === undefined ? 0 : seed;
    const other = chosen?.otherModel;
    const place = [other, model.name, data.name, needs, drawnBy, isAtlas];
    return known.getOrInsertComputed(JSON.stringify(place), async () => {
      const inputs = await openInputs(choiceOf(cell), needs, { seed });
      const { sources } = await checksumsWith(other, inputs, digests);
      if (!isAtlas) return sources;
      const { subjectSizes } = inputs; // which one part alone reads
      return { ...sources, data: sources.data.filter((file) => file !== subjectSizes) };
    });
  };
}

type SourcesOf = (cell: GridCell) => Promise<Manifest["sources"]>;

const COMMAND = "study";

/** Refuses a folder with a run of another task, and results with a run that is not among these, or is missing now. */
export async function checkStudyFolder(
  grid: Grid,
  { out, overwrite }: Pick<JobSettings, "out" | "overwrite">,
  runs: readonly Pick<StudyRun, "cell" | "missing">[] = cellsOf(grid).map((cell) => ({ cell })),
): Promise<void> {
  const before = overwrite ? undefined : await readManifest(`${out}/manifest.json`);
  if (before === undefined) return;
  const why = new Map(runs.map(({ cell: { folder }, missing }) => [folder, missing]));
  const lost = before.sources.data.map(({ file }) => file)
    .find((file) => !why.has(file) || why.get(file) !== undefined);
  if (before.command === COMMAND && lost === undefined) return;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${out}"`,
    reason: before.command !== COMMAND
      ? `it holds a run of ${before.command}`
      : `it holds a study with the run "${lost}", which ${
        why.has(lost!) ? `is missing now: ${why.get(lost!)}` : `is not in "${grid.path}"`
      }`,
    fix: "choose another folder, or start anew there (--overwrite)",
  });
}

/** Writes the results into the study's folder, unless those of the same runs are there, or those there have a run that is missing now. */
export async function writeGrid(
  grid: Grid,
  { out, overwrite, pictures, say }: Pick<JobSettings, "out" | "overwrite" | "pictures" | "say">,
): Promise<void> {
  const stopwatch = new Stopwatch();
  const runs = await findRuns(grid, out);
  await checkStudyFolder(grid, { out, overwrite }, runs);
  const finished = runs.filter(({ missing }) => missing === undefined);
  const missing = runs.flatMap(({ cell, missing }) =>
    missing === undefined ? [] : [`${cell.folder}: ${missing}`]
  );
  const identity: RunIdentity = {
    command: COMMAND,
    options: { ...missing.length > 0 && { missing } },
    versions: versionsNow(),
    sources: {
      model: [],
      data: finished.flatMap(({ tables, cell }) =>
        tables.map(({ manifest: { checksums } }) => (
          { file: cell.folder, sha256: sha256Text(JSON.stringify(checksums)) }
        ))
      ),
    },
  };
  const before = await readManifest(`${out}/manifest.json`);
  const isReplaced = overwrite || before?.finished !== true ||
    identityDifference(before, identity) !== undefined; // of other runs, or by other code
  const table = studyTable(runs);
  const headlines = headlinesOf(runs, rowsOf(table));
  const summary = studySummary(basename(grid.path), headlines);
  const { sources } = identity;
  const written = await writeComparison({ out, overwrite: isReplaced, pictures }, {
    ...{ ...identity, summary, stopwatch, tables: [table] },
    rows: { read: runs.length, kept: finished.length, dropped: [] },
    charts: new Map([[ACCURACY_CHART, accuracyChart(headlines, { sources })]]),
    page: (figures) => studyPage({ runs: headlines, figures, tables: [table], summary }),
  });
  say?.(written.findings);
  say?.(`Report: ${out}/report.html`);
}

export interface JobSettings extends Pick<FileRunSettings, "pictures" | "say" | "warn" | "bar"> {
  readonly out: string;
  readonly overwrite: boolean;
}

/** The most bytes of the embeddings of a study, and of those of one tower, which a job has in memory. */
const MOST_KEPT = { bytes: 2 ** 37, bytesPerFile: 2 ** 30 };

export function jobNamed(grid: Grid, name: string, out: string): GridJob {
  const jobs = jobsOf(grid, out);
  const found = jobs.find((job) => job.name === name);
  if (found !== undefined) return found;
  const nearest = nearestName(name, jobs.map((job) => job.name));
  throw new NegscopeError("name-unknown", {
    problem: `Cannot run job "${name}"`,
    reason: `it is none of the ${jobs.length} jobs of "${grid.path}"`,
    fix: nearest === undefined ? "--jobs lists them" : `the nearest is "${nearest}"`,
  });
}

export async function runJob(grid: Grid, job: GridJob, settings: JobSettings): Promise<void> {
  const { kind, cell, folder, shard } = job;
  const { out, overwrite, pictures, say } = settings;
  for (
    const each of [folder, ...["embeddings", "atlas"].map((name) => join(cacheFolder(out), name))]
  ) {
    await refuseLinks(out, each);
  }
  switch (kind) {
    case "embed":
      return await embed(grid, cell!, settings);
    case "report":
      return void await writeGrid(grid, settings);
    case "merge": {
      const shards = shardsOf(cell!).map(({ name }) => join(out, "shards", name));
      const { images } = cell!.data.choice;
      const how = { out: folder, overwrite, images, pictures, ...say && { say } };
      await mergeRuns(shards, ALL_EXPERIMENTS, { ...how, finished: () => {} });
      return;
    }
    case "run":
    case "shard":
      return await measure(cell!, { ...choiceOf(cell!), ...shard && { shard } }, folder, settings);
  }
}

async function measure(
  { experiment: { options, chosen }, seed }: GridCell,
  choice: StudyChoice,
  folder: string,
  { out, overwrite, pictures, say, warn, bar }: JobSettings,
): Promise<void> {
  const how = {
    ...{ out: folder, overwrite, pictures, seed, warn },
    ...{ ...say && { say }, ...bar && { bar } },
  };
  if (chosen === undefined) {
    const cache = join(cacheFolder(out), "atlas");
    await runAtlas(choice, { ...how, ...options, cache });
    return;
  }
  const cache = sharedCache(out);
  await runChosen(chosen, choice, { ...how, cache, rowsOnly: true, finished: () => {} });
}

/** Embeds the images and the sentences of data, which the runs then read from the cache. */
async function embed(grid: Grid, { model, data }: GridCell, settings: JobSettings): Promise<void> {
  const { out, say, warn, bar } = settings;
  const cells = cellsOf(grid).filter((cell) => cell.model === model && cell.data === data);
  const seeds = data.choice.limit === undefined ? cells.slice(0, 1) : cells;
  for (const seed of new Set(seeds.map(({ seed }) => seed))) {
    const choice = choiceOf(cells[0]!);
    const runtime = await openRuntime(choice.device);
    const needs = { imagesAre: "used", aligned: false } as const;
    const inputs = await openInputs(choice, needs, { seed, say, warn });
    const checksums = await checksumsOf(inputs);
    const cache = sharedCache(out);
    await using study = await loadStudy(inputs, { runtime, checksums, cache, seed, say });
    if (!study.hasImages) continue;
    using shown = bar?.("images");
    await study.embeddings.images({ progress: shown?.report, say });
    await study.embeddings.scores({ say });
  }
}

/** The embeddings of a study, which other machines that see the folder use too. */
function sharedCache(out: string): EmbeddingCache {
  return new EmbeddingCache(join(cacheFolder(out), "embeddings"), MOST_KEPT);
}

/** Runs the jobs of a study. A job that fails does not stop the others; the report then says what is missing, and the end what failed. */
export async function runGrid(grid: Grid, settings: JobSettings): Promise<void> {
  const { out, bar, warn } = settings;
  const jobs = jobsOf(grid, out);
  const failed = new Map<string, string>();
  for (const [i, job] of jobs.entries()) {
    const named = bar && ((label: string) => bar(`job ${i + 1} of ${jobs.length}, ${label}`));
    try {
      await runJob(grid, job, { ...settings, ...named && { bar: named } });
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      failed.set(job.name, error.message);
      warn?.(`${job.name} failed: ${error.message}`);
    }
  }
  if (failed.size === 0) return;
  throw new NegscopeError("run-unfinished", {
    problem: `Cannot finish study "${grid.path}"`,
    reason: `${failed.size} of ${jobs.length} jobs failed`,
    fix: "mend what the lines below say and give the same command: what is finished stays",
    details: [...failed].map(([name, message]) => `${name}: ${message}`),
  });
}

/** How many runs and jobs a study has, and which of its folders hold other runs; whether embeddings are there is not looked up. */
export async function sizeText(grid: Grid, out: string): Promise<string> {
  const runs = await findRuns(grid, out);
  const left = runs.filter(({ missing }) => missing !== undefined);
  let others = "";
  for (const { cell: { folder }, missing } of left) {
    if (await isFinished(join(out, folder))) others += `\n${folder}: ${missing}`;
  }
  const [models, data, experiments] = [grid.models, grid.data, grid.experiments]
    .map(({ length }) => length);
  const done = runs.length - left.length;
  return `${runs.length} runs of ${models} models x ${data} data x ${experiments} experiments, of which ${done} are finished
${jobsOf(grid, out).length} jobs; --jobs lists them${others}`;
}
