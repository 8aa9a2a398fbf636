/** A run of a task, which loads its own model and data. */

import { loadStudy } from "../opening/load_study.ts";
import { DISK } from "../files/read_file.ts";
import { chooseOptions, type ChosenExperiment } from "../study/experiment/by_options.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";
import { NegscopeError } from "../errors.ts";
import { checksumsWith } from "../opening/find_model.ts";
import { imageTowerReplaced } from "../study/choice/inputs.ts";
import { EmbeddingCache } from "../opening/embedding_cache.ts";
import { checkedValue } from "../options/values.ts";
import { type OpeningOptions, openInputs } from "../opening/open_inputs.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { writtenSummary } from "./finished.ts";
import { type FinishedRun, runExperiment, type RunSettings } from "./run_experiment.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";

/** Where a run writes, and how it reports. */
export interface FileRunSettings extends RunSettings, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false`, `"none"` or undefined. */
  readonly cache?: string | boolean | undefined;
}

/**
 * Checks the files, loads the model and runs an experiment; if the run is already finished, no model is loaded.
 *
 * @param experiment The experiment.
 * @param given Values of its options, if they are not the defaults.
 * @param choice The model and the data.
 * @param settings Where the run writes.
 * @returns The run, or undefined if it is already finished.
 */
export async function runOnFiles(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>>,
  choice: StudyChoice,
  { cache, ...settings }: FileRunSettings,
): Promise<FinishedRun | undefined> {
  const kept = EmbeddingCache.chosen(cache);
  const { say } = settings;
  const how = { ...settings, finished: say, cache: kept };
  const run = await runWithCache(chooseOptions(experiment, given, DISK), choice, how);
  if (run === undefined) say?.(`\n${await writtenSummary(settings.out)}`);
  return run;
}

/** The same with a cache of any kind; of a run that is there already nothing is said. */
export async function runWithCache(
  chosen: ChosenExperiment,
  choice: StudyChoice,
  { cache, called, warn, ...settings }: Omit<FileRunSettings, "cache"> & {
    readonly cache: EmbeddingCache | undefined;
  },
): Promise<FinishedRun | undefined> {
  const seed = checkedValue("seed", settings.seed, SEED)!;
  const runtime = await openRuntime(choice.device);
  const stopwatch = new Stopwatch();
  if (chosen.runs === "image" && choice.imageEmbeddings !== undefined) {
    throw imageTowerReplaced(choice.imageEmbeddings);
  }
  const inputs = await openInputs(choice, {
    imagesAre: chosen.reads === "text and images" ? "needed" : "used",
    aligned: chosen.aligns,
    seed,
    warn,
    say: settings.say,
    ...(called && { called }),
  });
  const other = chosen.otherModel;
  const checksums = await stopwatch.measure("checksums", () => checksumsWith(other, inputs))
    .catch(async (error: unknown) => {
      const isClear = error instanceof NegscopeError && error.code === "weights-not-finite";
      if (isClear) throw error;
      await using study = await loadStudy(inputs, { runtime }); // gives the clearest error about a model
      if (study.hasImages && inputs.embeddings === undefined) await study.image();
      throw error;
    });
  const load = () => loadStudy(inputs, { runtime, checksums, cache, seed });
  const source = { inputs, checksums, load, owned: true };
  return await runExperiment(chosen, source, { ...settings, seed, stopwatch });
}
