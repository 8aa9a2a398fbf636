/** Runs a whole study on this machine: its jobs one after the other, the same as a scheduler would start. */

import { join } from "node:path";
import { runAtlas } from "../atlas/atlas.ts";
import { refuseLinks } from "../../files/write_whole.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { nearestName } from "../../errors/kinds.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import { checksumsOf, loadStudy } from "../../opening/load_study.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { mergeRuns } from "../../runs/merge_runs.ts";
import { type FileRunSettings, runChosen } from "../../runs/run_experiment.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";
import {
  cacheFolder,
  cellsOf,
  choiceOf,
  type Grid,
  type GridCell,
  type GridJob,
  jobsOf,
  shardsOf,
} from "./grid.ts";
import { findRuns, writeGrid } from "./write_grid.ts";
import { isFinished } from "../parts/parts_folder.ts";

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
  return new EmbeddingCache(join(cacheFolder(out), "embeddings"), { most: MOST_KEPT });
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
