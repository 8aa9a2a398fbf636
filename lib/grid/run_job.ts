/** Does one job of a study, or goes on with it; one that is done is left as it is. */

import { join } from "node:path";
import { runAtlas } from "../atlas/atlas.ts";
import { refuseLinks } from "../disk/folders.ts";
import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/kinds.ts";
import { ALL_EXPERIMENTS } from "../experiments/all.ts";
import { checksumsOf } from "../opening/choice/checksums.ts";
import { openInputs } from "../opening/choice/open_inputs.ts";
import { EmbeddingCache } from "../opening/embeddings/embedding_cache.ts";
import { loadStudy } from "../opening/load_study.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { mergeRuns } from "../runs/merge_runs.ts";
import { type FileRunSettings, runWithCache } from "../runs/run_on_files.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { experimentOf } from "./file/keys.ts";
import { cellsOf, choiceOf, type Grid, type GridCell } from "./grid.ts";
import { writeGrid } from "./results/write_grid.ts";
import { refuseMissing } from "./plan/plan_here.ts";
import { cacheFolder, type GridJob, jobsOf } from "./plan/jobs.ts";

export interface JobSettings extends Pick<FileRunSettings, "pictures" | "say" | "warn" | "bar"> {
  /** The folder of the study. */
  readonly out: string;
  /** Whether to start anew where another run's files are. */
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
    const each of [
      folder,
      ...["embeddings", "atlas"].map((name) => join(cacheFolder(out), name)),
    ]
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
  { experiment: { task, options }, seed }: GridCell,
  choice: StudyChoice,
  folder: string,
  { out, overwrite, pictures, say, warn, bar }: JobSettings,
): Promise<void> {
  const how = {
    ...{ out: folder, overwrite, pictures, seed, warn },
    ...{ ...say && { say }, ...bar && { bar } },
  };
  const experiment = experimentOf(task);
  if (experiment === undefined) {
    const cache = join(cacheFolder(out), "atlas");
    await runAtlas(choice, { ...how, ...options, cache });
    return;
  }
  const cache = sharedCache(out);
  await runWithCache(experiment, options, choice, { ...how, cache, rowsOnly: true });
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
