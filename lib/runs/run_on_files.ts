/** A run of a task, which loads its own model and data. */

import type { AnyExperiment } from "../experiments/experiment.ts";
import { checksumsOf } from "../subject/checksums.ts";
import { EmbeddingCache } from "../subject/embeddings/embedding_cache.ts";
import { type OpeningOptions, openInputs } from "../subject/inputs.ts";
import type { StudyChoice } from "../subject/study_options.ts";
import { Subject } from "../subject/subject.ts";
import { type FinishedRun, runExperiment } from "./run_experiment.ts";
import type { RunSettings } from "./run_settings.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Where a run writes, and how it reports. */
export interface FileRunSettings extends RunSettings, Pick<OpeningOptions, "called"> {
  /** The folder in which embeddings are kept for other runs; none if undefined. */
  readonly cache: string | undefined;
}

/**
 * Checks the files, loads the model and runs an experiment; if the run is already finished, no model is loaded.
 *
 * @param experiment The experiment.
 * @param options The values of its options.
 * @param choice The model and the data.
 * @param settings Where the run writes.
 * @returns The run, or undefined if it is already finished.
 */
export async function runOnFiles(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  choice: StudyChoice,
  { cache: folder, called, ...settings }: FileRunSettings,
): Promise<FinishedRun | undefined> {
  const stopwatch = new Stopwatch();
  const imagesAre = experiment.reads === "text and images" ? "needed" : "used";
  const inputs = await openInputs(choice, { imagesAre, ...(called && { called }) });
  const checksums = await stopwatch.measure("checksums", () => checksumsOf(inputs))
    .catch(async (error: unknown) => {
      await using subject = await Subject.load(inputs); // gives the clearest error about a model
      if (subject.hasImages) await subject.image();
      throw error;
    });
  const cache = folder === undefined ? undefined : new EmbeddingCache(folder);
  const load = () => Subject.load(inputs, { checksums, cache });
  return await runExperiment(experiment, options, { inputs, checksums, load, owned: true }, {
    ...settings,
    stopwatch,
  });
}
