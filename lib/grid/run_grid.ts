/** Runs a whole study on this machine: its jobs one after the other, the same as an engine would run. */

import { join } from "node:path";
import { runAtlas } from "../atlas/atlas.ts";
import { refuseLinks } from "../disk/folders.ts";
import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/kinds.ts";
import { ALL_EXPERIMENTS } from "../experiments/all.ts";
import { checksumsOf } from "../opening/model_files.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { EmbeddingCache } from "../opening/embedding_cache.ts";
import { loadStudy } from "../opening/load_study.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { mergeRuns } from "../runs/merge_runs.ts";
import { type FileRunSettings, runWithCache } from "../runs/run_experiment.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import {
  cacheFolder,
  cellsOf,
  choiceOf,
  type Grid,
  type GridCell,
  type GridJob,
  jobsOf,
} from "./grid.ts";
import { writeGrid } from "./write_grid.ts";
import { countRows, refuseMissing, sizesOfModels, timeText } from "./plan_here.ts";
import { isFinished } from "../parts/parts_folder.ts";
import { costOf } from "./plan.ts";

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
    fix: nearest === undefined ? "--plan lists them" : `the nearest is "${nearest}"`,
  });
}

export async function runJob(grid: Grid, job: GridJob, settings: JobSettings): Promise<void> {
  const { kind, model, cell, folder, shard, after } = job;
  const { out, overwrite, pictures, say } = settings;
  for (
    const each of [folder, ...["embeddings", "atlas"].map((name) => join(cacheFolder(out), name))]
  ) {
    await refuseLinks(out, each);
  }
  if (model !== undefined && kind !== "merge") refuseMissing({ models: [model] });
  switch (kind) {
    case "download":
      return; // refuseMissing() has found the model here
    case "embed":
      return await embed(grid, job, settings);
    case "report":
      return void await writeGrid(grid, settings);
    case "merge": {
      const shards = after.map((name) => join(out, "shards", name));
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
  await runWithCache(chosen, choice, { ...how, cache, rowsOnly: true });
}

/** Embeds the images and the sentences of data, which the runs then read from the cache. */
async function embed(grid: Grid, { model, data }: GridJob, settings: JobSettings): Promise<void> {
  const { out, say, warn, bar } = settings;
  const cells = cellsOf(grid).filter((cell) => cell.model === model && cell.data === data);
  const seeds = data!.choice.limit === undefined ? cells.slice(0, 1) : cells;
  for (const seed of new Set(seeds.map(({ seed }) => seed))) {
    const choice = choiceOf(cells[0]!);
    const runtime = await openRuntime(choice.device);
    const inputs = await openInputs(choice, { imagesAre: "used", aligned: false, seed, say, warn });
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
  return new EmbeddingCache(join(cacheFolder(out), "embeddings"), { most: MOST_KEPT });
}

/** A rate by which jobs are compared with each other; how long they take is then seen. */
const SOME_RATE = 1e11;

/** Runs the jobs of a study. A job that fails does not stop those that do not need it; the report then says what is missing, and the end what failed. */
export async function runGrid(grid: Grid, settings: JobSettings): Promise<void> {
  refuseMissing(grid);
  const { out, overwrite, say, warn } = settings;
  const jobs = jobsOf(grid, out);
  const finished = overwrite ? [] : await finishedAmong(jobs);
  const [rows, sizes] = [await countRows(grid), await sizesOfModels(grid)];
  const secondsOf = (job: GridJob) =>
    finished.includes(job) ? 0 : costOf(job, grid, rows, { rate: () => SOME_RATE, sizes }).seconds;
  const all = jobs.reduce((sum, job) => sum + secondsOf(job), 0);
  const start = performance.now();
  let done = 0;
  const left = () => { // if the estimates of jobs are in proportion to their times
    const spent = (performance.now() - start) / 1000;
    return done === 0 ? "" : ` (about ${timeText(spent * (all - done) / done)} left)`;
  };
  const failed = new Map<string, string>();
  const skipped = new Map<string, string>();
  for (const [i, job] of jobs.entries()) {
    const stopped = job.after.find((name) => failed.has(name) || skipped.has(name));
    if (job.kind !== "report" && stopped !== undefined) {
      skipped.set(job.name, stopped);
      continue;
    }
    say?.(`${i + 1} of ${jobs.length}: ${job.name}${left()}`);
    try {
      await runJob(grid, job, settings);
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      failed.set(job.name, error.message);
      warn?.(`${job.name} failed: ${error.message}`);
    }
    done += secondsOf(job);
  }
  if (failed.size === 0) return;
  const others = skipped.size === 0 ? "" : `, and ${skipped.size} that need them were not run`;
  throw new NegscopeError("run-unfinished", {
    problem: `Cannot finish study "${grid.path}"`,
    reason: `${failed.size} of ${jobs.length} jobs failed${others}`,
    fix: "mend what the lines below say and give the same command: what is finished stays",
    details: [
      ...[...failed].map(([name, message]) => `${name}: ${message}`),
      ...[...skipped].map(([name, after]) => `${name}: not run, since it needs ${after}`),
    ],
  });
}

async function finishedAmong(jobs: readonly GridJob[]): Promise<GridJob[]> {
  const measured = jobs.filter(({ kind }) =>
    kind === "shard" || kind === "run" || kind === "merge"
  );
  const done = await Promise.all(measured.map(({ folder }) => isFinished(folder)));
  return measured.filter((_, i) => done[i]);
}
